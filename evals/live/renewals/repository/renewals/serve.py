"""Scores for the retention desk."""

import pandas as pd
from fastapi import FastAPI
from mlflow import MlflowClient
from prometheus_client import Counter, make_asgi_app
from pydantic import BaseModel

from renewals.features import matrix
from renewals.registry import find, load

SCORED = Counter("renewals_scored_total", "Subscribers scored")

app = FastAPI(title="renewals")
app.mount("/metrics", make_asgi_app())
version = find(MlflowClient(), "champion")
if version is None:
    raise RuntimeError("no champion to serve")
model = load(version)


class Subscriber(BaseModel):
    """What the desk knows of a subscriber."""

    tenure_months: int
    monthly_price: float
    tickets: int
    logins: int
    autopay: bool


@app.get("/ready")
def ready() -> dict[str, str]:
    """The model was loaded at import."""
    return {"version": str(version.version)}


@app.post("/score")
def score(subscriber: Subscriber) -> dict[str, float]:
    """The probability that this subscriber renews."""
    SCORED.inc()
    rows = matrix(pd.DataFrame([subscriber.model_dump()]))
    return {"probability": float(model.predict(rows)[0])}
