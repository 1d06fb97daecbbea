"""Applications as CSV files."""

import csv
from pathlib import Path

import numpy as np

FEATURES = ("income", "age", "debt_ratio", "years_employed")


def read(path: str | Path) -> list[dict[str, float | None]]:
    """One record an application; what was not filled in is None."""
    with open(path, newline="") as stream:
        return [
            {name: float(value) if value else None for name, value in row.items()}
            for row in csv.DictReader(stream)
        ]


def write(path: str | Path, applications: list[dict[str, float | None]]) -> None:
    """The inverse of read."""
    with open(path, "w", newline="") as stream:
        writer = csv.DictWriter(stream, list(applications[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(applications)


def column(applications: list[dict[str, float | None]], feature: str) -> np.ndarray:
    """The values of a feature, without those that are missing."""
    return np.array([row[feature] for row in applications if row[feature] is not None])
