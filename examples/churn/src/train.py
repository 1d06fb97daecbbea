"""Train a challenger and register it under the alias `challenger`."""

from pathlib import Path

import mlflow
import pandas as pd
import yaml
from mlflow import MlflowClient
from mlflow.models import infer_signature
from sklearn.ensemble import HistGradientBoostingClassifier

from features import FEATURES, LABEL

MODEL = "churn"

if __name__ == "__main__":
    with open("params.yaml") as stream:
        params = yaml.safe_load(stream)["train"]
    train = pd.read_csv("data/train.csv")
    with mlflow.start_run() as run:
        mlflow.log_params(params)
        model = HistGradientBoostingClassifier(random_state=17, **params)
        model.fit(train[FEATURES], train[LABEL])
        info = mlflow.sklearn.log_model(
            model,
            name="model",
            registered_model_name=MODEL,
            signature=infer_signature(train[FEATURES], train[LABEL]),
        )
    MlflowClient().set_registered_model_alias(
        MODEL, "challenger", info.registered_model_version
    )
    Path("reports").mkdir(exist_ok=True)
    Path("reports/run_id.txt").write_text(run.info.run_id)
