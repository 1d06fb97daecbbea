from service.scoring import score

PAYMENT = {"amount": 20, "minutes_since_last": 60, "country": "NL", "home_country": "NL", "hour": 14}


def test_a_foreign_payment_scores_higher() -> None:
    model = {"weights": [0.1, 0.0, 2.0, 0.5], "bias": -3.0}
    assert score(model, PAYMENT | {"country": "US"}) > score(model, PAYMENT)
