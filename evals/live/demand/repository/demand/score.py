"""Forecast the next day's demand: python -m demand.score"""

import json
from pathlib import Path

from demand import files
from demand.features import features

MODEL = Path("models/demand.json")


def forecast(weights: list[float], values: list[float]) -> float:
    """No shop sells less than nothing."""
    return max(0.0, sum(w * x for w, x in zip(weights, values, strict=True)))


def main() -> None:
    """Write work/forecasts/DAY.csv."""
    day = files.newest("sales")
    weights = json.loads(MODEL.read_text())["weights"]
    rows = [
        [shop, article, round(forecast(weights, values), 2)]
        for (shop, article), values in features(files.read("sales", day), day).items()
    ]
    files.write("forecasts", day, rows)
    print(f"{day}: {len(rows)} forecasts")


if __name__ == "__main__":
    main()
