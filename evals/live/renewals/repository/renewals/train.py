"""Train a challenger on all months but the newest and register it."""

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import RestException

from renewals import MODEL
from renewals.data import LABEL, load_config, load_extract, split
from renewals.features import matrix
from renewals.model import auc, fit


def main() -> None:
    """Register a new version and give it the alias `challenger`."""
    config = load_config()
    train, holdout = split(load_extract(config["extract"]))
    model = fit(matrix(train), train[LABEL].to_numpy(), **config["train"])
    mlflow.set_experiment(MODEL)
    with mlflow.start_run() as run:
        mlflow.log_params(config["train"])
        mlflow.set_tag("holdout_month", holdout["month"].iloc[0])
        mlflow.log_metric("auc", auc(holdout[LABEL].to_numpy(), model.predict(matrix(holdout))))
        mlflow.log_dict(model.to_dict(), "model/model.json")
    client = MlflowClient()
    try:
        client.get_registered_model(MODEL)
    except RestException:
        client.create_registered_model(MODEL)
    version = client.create_model_version(
        MODEL, f"runs:/{run.info.run_id}/model", run_id=run.info.run_id
    )
    client.set_registered_model_alias(MODEL, "challenger", version.version)
    print(f"{MODEL} version {version.version} is the challenger")


if __name__ == "__main__":
    main()
