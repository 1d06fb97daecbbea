"""Cut the deliveries by date and add the features."""

import json
from pathlib import Path

import pandas as pd
import yaml
from features import add_features, courier_minutes


def main() -> None:
    """Write both parts, and the couriers' averages for the service."""
    params = yaml.safe_load(Path("params.yaml").read_text())["prepare"]
    deliveries = pd.read_csv("data/deliveries.csv", dtype={"courier": str})
    couriers = courier_minutes(deliveries)
    deliveries = add_features(deliveries, couriers)
    held_out = deliveries["ordered_at"] >= params["holdout_from"]
    deliveries[~held_out].to_csv("data/train.csv", index=False)
    deliveries[held_out].to_csv("data/holdout.csv", index=False)
    Path("models").mkdir(exist_ok=True)
    Path("models/couriers.json").write_text(json.dumps(couriers, indent=1))


if __name__ == "__main__":
    main()
