"""A logistic regression that is small enough to read, and its area under the ROC curve."""

from dataclasses import asdict, dataclass

import numpy as np


@dataclass(frozen=True)
class Model:
    """Weights in the order of FEATURES."""

    weights: list[float]
    bias: float

    def predict(self, rows: np.ndarray) -> np.ndarray:
        """The probability of a renewal for each row."""
        return 1 / (1 + np.exp(-(rows @ np.array(self.weights) + self.bias)))

    def to_dict(self) -> dict:
        """The form in which it is logged."""
        return asdict(self)


def fit(rows: np.ndarray, labels: np.ndarray, learning_rate: float, steps: int, l2: float) -> Model:
    """Gradient descent from zero: the same data give the same model."""
    weights, bias = np.zeros(rows.shape[1]), 0.0
    for _ in range(steps):
        error = 1 / (1 + np.exp(-(rows @ weights + bias))) - labels
        weights -= learning_rate * (rows.T @ error / len(labels) + l2 * weights)
        bias -= learning_rate * float(error.mean())
    return Model(weights.tolist(), bias)


def auc(labels: np.ndarray, scores: np.ndarray) -> float:
    """The share of pairs of a renewal and a loss that the scores put in the right order."""
    positive, negative = scores[labels == 1], scores[labels == 0]
    above = (positive[:, None] > negative[None, :]).mean()
    equal = (positive[:, None] == negative[None, :]).mean()
    return float(above + equal / 2)
