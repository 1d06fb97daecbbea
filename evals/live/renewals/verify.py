"""Does the gate decide by how both models do on the newest month? Exit 0: yes, 1: no.

Runs the repository's own `python -m renewals.evaluate` twice against MLflow on sqlite, each time
with a champion whose logged figure says the opposite of how it does on the newest month.
"""

import io
import os
import runpy
import sys
from contextlib import redirect_stdout
from pathlib import Path

os.environ["MLFLOW_TRACKING_URI"] = "sqlite:///verify.db"
os.environ["MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"] = "false"
sys.path.insert(0, ".")

import mlflow
from mlflow import MlflowClient

MODEL = "renewals"
HEADER = "month,subscriber,tenure_months,monthly_price,tickets,logins,autopay,renewed"
BY_TICKETS = {"weights": [0, 0, -1, 0, 0], "bias": 0.0}
BY_LOGINS = {"weights": [0, 0, 0, 1, 0], "bias": 0.0}


def extract() -> str:
    """A newest month in which tickets tell more than logins: 0.975 against 0.7."""
    rows = [HEADER, "2026-04,1,10,19,1,5,1,1", "2026-04,2,10,19,3,5,0,0"]
    for person in range(40):
        renewed = person % 2
        logins = 2 if person % 10 in {1, 4, 6, 8} else 20
        rows.append(
            f"2026-05,{person},12,19,{0 if renewed and person > 1 else 4},{logins},1,{renewed}"
        )
    return "\n".join(rows) + "\n"


def register(client: MlflowClient, weights: dict, logged: float, alias: str) -> None:
    """A version with these weights and this figure from the month it was trained in."""
    with mlflow.start_run() as run:
        mlflow.log_metric("auc", logged)
        mlflow.log_dict(weights, "model/model.json")
    source = f"runs:/{run.info.run_id}/model"
    version = client.create_model_version(MODEL, source, run_id=run.info.run_id)
    client.set_registered_model_alias(MODEL, alias, version.version)


def passes() -> bool:
    """Whether the gate lets the challenger through."""
    said = io.StringIO()
    sys.argv = ["evaluate"]
    try:
        with redirect_stdout(said):
            runpy.run_module("renewals.evaluate", run_name="__main__")
    except SystemExit as stop:
        return stop.code in (None, 0)
    finally:
        print(said.getvalue().strip())
    return True


def main() -> int:
    """Both ways round."""
    Path("data/subscribers.csv").write_text(extract(), encoding="utf-8")
    mlflow.set_experiment(MODEL)
    client = MlflowClient()
    client.create_registered_model(MODEL)
    register(client, BY_LOGINS, 0.99, "champion")
    register(client, BY_TICKETS, 0.99, "challenger")
    better = passes()
    register(client, BY_TICKETS, 0.55, "champion")
    register(client, BY_LOGINS, 0.99, "challenger")
    worse = passes()
    print(f"better challenger passes: {better}; worse challenger passes: {worse}")
    return 0 if better and not worse else 1


if __name__ == "__main__":
    try:
        code = main()
    except Exception as error:
        print(f"could not tell: {error!r}")
        code = 2
    sys.exit(code)
