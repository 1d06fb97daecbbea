"""A ridge regression that is kept as JSON."""

from dataclasses import asdict, dataclass

import numpy as np


@dataclass(frozen=True)
class Model:
    """Coefficients in the order of FEATURES, and the intercept."""

    coefficients: list[float]
    intercept: float

    def predict(self, rows: np.ndarray) -> np.ndarray:
        """Minutes for each row."""
        return rows @ np.array(self.coefficients) + self.intercept

    def to_dict(self) -> dict:
        """The form of models/model.json."""
        return asdict(self)


def fit(rows: np.ndarray, minutes: np.ndarray, ridge: float) -> Model:
    """The coefficients with the least squared error plus ridge."""
    centre, level = rows.mean(axis=0), minutes.mean()
    left = (rows - centre).T @ (rows - centre) + ridge * np.eye(rows.shape[1])
    coefficients = np.linalg.solve(left, (rows - centre).T @ (minutes - level))
    return Model(coefficients.tolist(), float(level - centre @ coefficients))
