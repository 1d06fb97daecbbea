from demand.score import forecast


def test_a_forecast_is_never_negative() -> None:
    assert forecast([1.0, -2.0], [1.0, 1.0]) == 0.0
