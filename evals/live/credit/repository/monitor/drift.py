"""Measure this week's drift: python -m monitor.drift WEEK.csv"""

import json
import sys
from pathlib import Path

import yaml

from credit.data import column, read, write
from monitor.exposition import expose
from monitor.psi import psi

CONFIG = Path(__file__).with_name("config.yaml")


def reference_for(state: Path, current: list) -> list:
    """What to compare with; the first week has nothing but itself."""
    file = state / "reference.csv"
    return read(file) if file.exists() else current


def remember(state: Path, current: list) -> None:
    """Keep this week's applications for the next run."""
    state.mkdir(parents=True, exist_ok=True)
    write(state / "reference.csv", current)


def main(week: str) -> None:
    """Write one index for each feature of the model."""
    config = yaml.safe_load(CONFIG.read_text())
    current = read(week)
    if len(current) < config["smallest_week"]:
        sys.exit(f"{week} has {len(current)} applications: too few to say anything")
    state = Path(config["state"])
    reference = reference_for(state, current)
    features = json.loads(Path(config["model"]).read_text())["features"]
    drift = {
        name: psi(column(reference, name), column(current, name), config["bins"])
        for name in features
    }
    expose(Path(config["metrics"]), drift, len(current))
    remember(state, current)
    for name, index in drift.items():
        print(f"{name:<16}{index:.4f}")


if __name__ == "__main__":
    main(sys.argv[1])
