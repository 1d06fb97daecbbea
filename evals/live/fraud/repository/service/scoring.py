"""From a payment to a probability."""

import math

FEATURES = ("amount", "minutes_since_last", "foreign", "night")


def features(payment: dict) -> list[float]:
    """The inputs of the model, in the order of FEATURES."""
    return [
        math.log1p(payment["amount"]),
        math.log1p(payment["minutes_since_last"]),
        float(payment["country"] != payment["home_country"]),
        float(payment["hour"] < 6),
    ]


def score(model: dict, payment: dict) -> float:
    """The probability that somebody else is paying with this card."""
    total = sum(w * x for w, x in zip(model["weights"], features(payment), strict=True))
    return 1 / (1 + math.exp(-(total + model["bias"])))
