"""Make the challenger the champion. Runs after evaluate, and only when that passed."""

import sys

from mlflow import MlflowClient

from renewals import MODEL
from renewals.registry import find


def main() -> None:
    """Move the alias that the service follows."""
    client = MlflowClient()
    challenger = find(client, "challenger")
    if challenger is None:
        sys.exit("there is no challenger to promote")
    client.set_registered_model_alias(MODEL, "champion", challenger.version)
    print(f"{MODEL} version {challenger.version} is the champion")


if __name__ == "__main__":
    main()
