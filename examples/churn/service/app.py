"""Serve the champion over HTTP."""

import mlflow
import pandas as pd
from fastapi import FastAPI
from prometheus_client import Counter, Histogram, make_asgi_app
from pydantic import BaseModel

from features import FEATURES, add_features

PREDICTIONS = Counter("churn_predictions_total", "Predictions made", ["outcome"])
LATENCY = Histogram("churn_prediction_seconds", "Time to predict")

app = FastAPI(title="churn")
app.mount("/metrics", make_asgi_app())
model = mlflow.sklearn.load_model("models:/churn@champion")


class Customer(BaseModel):
    """What is known of a customer when the question is asked."""

    tenure_months: int
    total_spend: float
    support_tickets: int
    plan: str


@app.get("/ready")
def ready() -> dict[str, str]:
    """The model is loaded before the first request, so an answer means ready."""
    return {"status": "ready"}


@app.post("/predict")
def predict(customer: Customer) -> dict[str, float]:
    """The probability that the customer leaves next month."""
    row = add_features(pd.DataFrame([customer.model_dump()]))
    with LATENCY.time():
        probability = float(model.predict_proba(row[FEATURES])[0, 1])
    PREDICTIONS.labels("leaves" if probability >= 0.5 else "stays").inc()
    return {"probability": probability}
