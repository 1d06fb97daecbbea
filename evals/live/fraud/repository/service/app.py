"""The HTTP face of the scorer."""

from fastapi import FastAPI
from prometheus_client import Counter, Histogram, make_asgi_app
from pydantic import BaseModel

from service import store
from service.scoring import score

REVIEW_AT = 0.8
SCORED = Counter("fraud_scored_total", "Payments scored", ["decision"])
SECONDS = Histogram("fraud_scoring_seconds", "Time to score a payment")

app = FastAPI(title="fraud")
app.mount("/metrics", make_asgi_app())
version, model = store.load("champion")


class Payment(BaseModel):
    """A payment as the gateway sends it."""

    amount: float
    minutes_since_last: float
    country: str
    home_country: str
    hour: int


@app.get("/healthz")
def healthz() -> dict[str, str]:
    """An answer means that the model is loaded."""
    return {"status": "ok"}


@app.get("/model")
def current() -> dict[str, str]:
    """The version this pod scores with."""
    return {"version": version}


@app.post("/score")
def score_payment(payment: Payment) -> dict[str, float | str]:
    """The probability of fraud, and what the gateway should do."""
    with SECONDS.time():
        probability = score(model, payment.model_dump())
    decision = "review" if probability >= REVIEW_AT else "accept"
    SCORED.labels(decision).inc()
    return {"probability": probability, "decision": decision}
