"""Make the challenger the champion; the old champion stays reachable as `previous`."""

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

MODEL = "churn"

if __name__ == "__main__":
    client = MlflowClient()
    challenger = client.get_model_version_by_alias(MODEL, "challenger")
    try:
        champion = client.get_model_version_by_alias(MODEL, "champion")
    except MlflowException:
        champion = None
    if champion is not None:
        client.set_registered_model_alias(MODEL, "previous", champion.version)
    client.set_registered_model_alias(MODEL, "champion", challenger.version)
    print(f"{MODEL} version {challenger.version} is the champion")
