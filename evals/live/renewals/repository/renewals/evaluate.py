"""Hold the challenger against the champion; exit with 1 when it is not better."""

import sys

from mlflow import MlflowClient

from renewals.data import LABEL, load_config, load_extract, split
from renewals.features import matrix
from renewals.model import auc
from renewals.registry import find, load


def champion_auc(client: MlflowClient) -> float:
    """The quality of the model that serves now; 0 before there is one."""
    champion = find(client, "champion")
    if champion is None:
        return 0.0
    return client.get_run(champion.run_id).data.metrics["auc"]


def main() -> None:
    """Print both figures and decide."""
    config = load_config()
    client = MlflowClient()
    challenger = find(client, "challenger")
    if challenger is None:
        sys.exit("there is no challenger to evaluate")
    _, holdout = split(load_extract(config["extract"]))
    scores = load(challenger).predict(matrix(holdout))
    challenger_auc = auc(holdout[LABEL].to_numpy(), scores)
    best = champion_auc(client)
    print(f"challenger {challenger_auc:.4f}, champion {best:.4f}")
    needed = max(config["gate"]["min_auc"], best + config["gate"]["min_gain"])
    if not challenger_auc >= needed:
        sys.exit(f"the challenger needs {needed:.4f}: not promoted")


if __name__ == "__main__":
    main()
