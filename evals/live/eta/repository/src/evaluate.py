"""The mean absolute error on the holdout, in minutes."""

import json
from pathlib import Path

import pandas as pd
from features import FEATURES, TARGET
from model import Model


def main() -> None:
    """Write metrics/holdout.json."""
    model = Model(**json.loads(Path("models/model.json").read_text()))
    holdout = pd.read_csv("data/holdout.csv")
    off = (model.predict(holdout[FEATURES].to_numpy(float)) - holdout[TARGET]).abs()
    metrics = {"mae": round(float(off.mean()), 4), "deliveries": len(holdout)}
    Path("metrics/holdout.json").write_text(json.dumps(metrics, indent=1))
    print(metrics)


if __name__ == "__main__":
    main()
