"""Fit the weights to the last weeks: python -m demand.train --until 2026-03-01"""

import argparse
import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from demand import warehouse
from demand.features import features, first_day

MODEL = Path("models/demand.json")
DAYS = 28


def examples(until: date) -> tuple[list[list[float]], list[float]]:
    """Features of each day, and what was sold on the day after."""
    rows, targets = [], []
    for back in range(DAYS, 0, -1):
        day = str(until - timedelta(days=back))
        sold = {(s, a): q for _, s, a, q in warehouse.sales(*[str(until - timedelta(days=back - 1))] * 2)}
        known = features([list(map(str, row)) for row in warehouse.sales(first_day(day), day)], day)
        for key, values in known.items():
            rows.append(values)
            targets.append(sold.get(key, 0.0))
    return rows, targets


def main() -> None:
    """Write models/demand.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--until", required=True, help="the last day to learn from, YYYY-MM-DD")
    until = parser.parse_args().until
    rows, targets = examples(date.fromisoformat(until))
    weights, *_ = np.linalg.lstsq(np.array(rows), np.array(targets), rcond=None)
    error = float(np.abs(np.array(rows) @ weights - targets).mean())
    MODEL.write_text(json.dumps({"weights": weights.tolist(), "until": until, "error": error}, indent=1))
    print(f"mean error {error:.2f}")


if __name__ == "__main__":
    main()
