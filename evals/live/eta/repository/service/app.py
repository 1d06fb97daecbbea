"""Minutes until the doorbell, for the app."""

import json
from pathlib import Path

import pandas as pd
from fastapi import FastAPI
from features import FEATURES, add_features
from model import Model
from pydantic import BaseModel

app = FastAPI(title="eta")
model = Model(**json.loads(Path("models/model.json").read_text()))
couriers = json.loads(Path("models/couriers.json").read_text())


class Order(BaseModel):
    """What is known when the order is placed."""

    ordered_at: str
    courier: str
    distance_km: float
    items: int


@app.get("/ready")
def ready() -> dict[str, str]:
    """Model and averages were loaded at import."""
    return {"status": "ready"}


@app.post("/eta")
def eta(order: Order) -> dict[str, float]:
    """The minutes to show."""
    row = add_features(pd.DataFrame([order.model_dump()]), couriers)
    row = row.fillna({"courier_minutes": couriers["overall"]})  # a new courier
    return {"minutes": float(model.predict(row[FEATURES].to_numpy(float))[0])}
