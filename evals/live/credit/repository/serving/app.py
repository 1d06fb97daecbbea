"""The probability of a default, over HTTP."""

import json
import math
from pathlib import Path

from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI(title="credit")
model = json.loads(Path("artifacts/model.json").read_text())


class Application(BaseModel):
    """What the applicant filled in."""

    income: float | None = None
    age: float
    debt_ratio: float | None = None
    years_employed: float | None = None


@app.get("/ready")
def ready() -> dict[str, str]:
    """The model was loaded at import."""
    return {"status": "ready"}


@app.post("/score")
def score(application: Application) -> dict[str, float]:
    """The probability of a default."""
    total = model["bias"]
    values = application.model_dump()
    for i, name in enumerate(model["features"]):
        value = values[name] or 0.0
        total += model["weights"][i] * (value - model["means"][i]) / model["spreads"][i]
    return {"probability": 1 / (1 + math.exp(-total))}
