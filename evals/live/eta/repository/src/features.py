"""The model's inputs, for training and for the service."""

import pandas as pd

TARGET = "minutes"
FEATURES = ["distance_km", "items", "is_rush", "courier_minutes"]
RUSH = (range(11, 14), range(17, 21))


def courier_minutes(deliveries: pd.DataFrame) -> dict:
    """How long each courier takes on average, and how long all of them take."""
    by_courier = deliveries.groupby("courier")[TARGET].mean()
    return {"by_courier": by_courier.to_dict(), "overall": float(deliveries[TARGET].mean())}


def add_features(deliveries: pd.DataFrame, couriers: dict) -> pd.DataFrame:
    """Return the deliveries with the columns of FEATURES."""
    hour = pd.to_datetime(deliveries["ordered_at"]).dt.hour
    return deliveries.assign(
        is_rush=hour.map(lambda h: float(any(h in span for span in RUSH))),
        courier_minutes=deliveries["courier"].map(couriers["by_courier"]),
    )
