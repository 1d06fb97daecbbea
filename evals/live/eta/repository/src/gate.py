"""Stop a model that is worse than the last release."""

import json
import sys
from pathlib import Path

import yaml


def main() -> None:
    """Exit with 1 when the error is too large."""
    params = yaml.safe_load(Path("params.yaml").read_text())["gate"]
    mae = json.loads(Path("metrics/holdout.json").read_text())["mae"]
    baseline = Path("metrics/baseline.json")
    released = json.loads(baseline.read_text())["mae"] if baseline.exists() else float("inf")
    allowed = min(params["max_mae"], released * (1 + params["tolerance"]))
    print(f"mae {mae:.2f}, allowed {allowed:.2f}")
    if mae > allowed:
        sys.exit("worse than the last release")


if __name__ == "__main__":
    main()
