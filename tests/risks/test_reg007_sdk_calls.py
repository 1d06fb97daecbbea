"""REG007: the newest version by way of a client's call, and the calls that are something else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from small_repository import SmallRepo

APP = """\
import bentoml
import mlflow
import wandb
from fastapi import FastAPI
from mlflow import MlflowClient

app = FastAPI()
run = wandb.init()
picked = {call}
model = mlflow.pyfunc.load_model("models:/churn@champion")


@app.post("/predict")
def predict(rows: list):
    return model.predict(rows), picked
"""


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ('MlflowClient().get_latest_versions("churn", ["None"])', "newest version in stage None"),
        (
            "MlflowClient().search_model_versions(\"name='churn'\", max_results=1, "
            'order_by=["version_number DESC"])',
            "highest number",
        ),
        ('bentoml.models.get("churn:latest")', "churn:latest"),
        ('run.use_artifact("team/churn:latest", type="model")', "team/churn:latest"),
        ("MlflowClient().search_model_versions(\"name='churn'\")", None),
        ('MlflowClient().get_latest_versions("churn", ["Staging"])', None),
        ('bentoml.models.get("churn:v3")', None),
        ('run.use_artifact("team/churn:latest", type="dataset")', None),
        ('run.use_artifact("team/churn:v7", type="model")', None),
    ],
)
def test_only_a_call_for_the_newest_is_found(
    call: str, said: str | None, small_repo: Callable[[dict[str, str]], SmallRepo]
) -> None:
    audit = small_repo({"app.py": APP.format(call=call)}).audit()
    found = [f for f in audit.findings if f.rule == "REG007"]
    assert [f.line for f in found] == ([9] if said else [])
    assert all(said in f.message and f.fix == "none" for f in found if said)
