"""Compare the challenger with the champion on the holdout; exit with 1 when it is no better."""

import sys

import mlflow
import pandas as pd
import yaml
from mlflow.exceptions import MlflowException
from sklearn.metrics import roc_auc_score

from features import FEATURES, LABEL


def auc(alias: str, holdout: pd.DataFrame) -> float:
    """The area under the ROC curve of the model version that the alias points to."""
    model = mlflow.sklearn.load_model(f"models:/churn@{alias}")
    return roc_auc_score(holdout[LABEL], model.predict_proba(holdout[FEATURES])[:, 1])


if __name__ == "__main__":
    with open("params.yaml") as stream:
        params = yaml.safe_load(stream)["evaluate"]
    holdout = pd.read_csv("data/holdout.csv")
    challenger_auc = auc("challenger", holdout)
    try:
        champion_auc = auc("champion", holdout)
    except MlflowException:
        champion_auc = 0.0  # the first model has nobody to beat
    print(f"challenger {challenger_auc:.4f}, champion {champion_auc:.4f}")
    needed = max(params["min_auc"], champion_auc + params["min_gain"])
    if not challenger_auc >= needed:
        sys.exit("the challenger is not good enough")
