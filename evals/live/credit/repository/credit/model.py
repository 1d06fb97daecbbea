"""The scorecard: a logistic regression over standardised features."""

import numpy as np

from credit.data import FEATURES, column


def fit(applications: list[dict[str, float | None]]) -> dict:
    """The model as it is stored."""
    medians = {name: float(np.median(column(applications, name))) for name in FEATURES}
    filled = np.array(
        [[medians[n] if row[n] is None else row[n] for n in FEATURES] for row in applications]
    )
    means, spreads = filled.mean(axis=0), filled.std(axis=0)
    rows = (filled - means) / spreads
    labels = np.array([row["defaulted"] for row in applications])
    weights, bias = np.zeros(len(FEATURES)), 0.0
    for _ in range(500):
        error = 1 / (1 + np.exp(-(rows @ weights + bias))) - labels
        weights -= 0.5 * rows.T @ error / len(labels)
        bias -= 0.5 * float(error.mean())
    return {
        "features": list(FEATURES),
        "medians": medians,
        "means": means.tolist(),
        "spreads": spreads.tolist(),
        "weights": weights.tolist(),
        "bias": bias,
    }
