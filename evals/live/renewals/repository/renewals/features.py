"""The model's inputs; training, evaluation and serving all come here for them."""

import numpy as np
import pandas as pd

FEATURES = ["tenure", "monthly_price", "tickets", "logins", "autopay"]


def matrix(subscribers: pd.DataFrame) -> np.ndarray:
    """One row a subscriber, one column a feature, each about the size of 1."""
    columns = [
        np.log1p(subscribers["tenure_months"]) / 3,
        subscribers["monthly_price"] / 30,
        np.log1p(subscribers["tickets"]),
        np.log1p(subscribers["logins"]) / 3,
        subscribers["autopay"].astype(float),
    ]
    return np.column_stack(columns)
