"""Fit the model to the training part."""

import json
from pathlib import Path

import pandas as pd
import yaml
from features import FEATURES, TARGET
from model import fit


def main() -> None:
    """Write models/model.json."""
    params = yaml.safe_load(Path("params.yaml").read_text())["train"]
    train = pd.read_csv("data/train.csv")
    model = fit(train[FEATURES].to_numpy(float), train[TARGET].to_numpy(float), params["ridge"])
    Path("models/model.json").write_text(json.dumps(model.to_dict(), indent=1))


if __name__ == "__main__":
    main()
