from demand.features import features, first_day


def test_the_window_ends_with_the_day() -> None:
    assert first_day("2026-03-28") == "2026-03-01"


def test_today_last_week_and_the_mean() -> None:
    rows = [["2026-03-21", "s1", "a1", "7"], ["2026-03-28", "s1", "a1", "21"]]
    assert features(rows, "2026-03-28") == {("s1", "a1"): [21.0, 7.0, 1.0]}
