"""The model's inputs, computed the same way for training and for serving."""

import numpy as np
import pandas as pd

FEATURES = ["tenure_months", "spend_per_month", "log_tickets", "on_yearly_plan"]
LABEL = "left_next_month"


def add_features(customers: pd.DataFrame) -> pd.DataFrame:
    """Return the customers with the columns of FEATURES added."""
    months = customers["tenure_months"].clip(lower=1)
    return customers.assign(
        spend_per_month=customers["total_spend"] / months,
        log_tickets=np.log1p(customers["support_tickets"]),
        on_yearly_plan=(customers["plan"] == "yearly").astype(int),
    )
