import pandas as pd

from features import add_features, courier_minutes

DELIVERIES = pd.DataFrame(
    {
        "ordered_at": ["2026-05-01 12:10", "2026-05-01 15:00"],
        "courier": ["a", "b"],
        "minutes": [30.0, 20.0],
    }
)


def test_noon_is_rush() -> None:
    rows = add_features(DELIVERIES, courier_minutes(DELIVERIES))
    assert rows["is_rush"].tolist() == [1.0, 0.0]


def test_a_courier_comes_with_an_average() -> None:
    couriers = courier_minutes(DELIVERIES)
    assert couriers == {"by_courier": {"a": 30.0, "b": 20.0}, "overall": 25.0}
    assert add_features(DELIVERIES, couriers)["courier_minutes"].tolist() == [30.0, 20.0]
