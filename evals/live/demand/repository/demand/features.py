"""The model's inputs: what was sold today, and on the same weekday and on average before."""

from collections import defaultdict
from datetime import date, timedelta

WINDOW = 28


def first_day(day: str) -> str:
    """The first day of sales that the features of a day need."""
    return str(date.fromisoformat(day) - timedelta(days=WINDOW - 1))


def features(rows: list[list[str]], day: str) -> dict[tuple[str, str], list[float]]:
    """Today, the same weekday last week, and the daily mean, for each shop and article."""
    sold: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for on, shop, article, quantity in rows:
        sold[shop, article][on] = float(quantity)
    last_week = str(date.fromisoformat(day) - timedelta(days=7))
    return {
        key: [days.get(day, 0.0), days.get(last_week, 0.0), sum(days.values()) / WINDOW]
        for key, days in sold.items()
    }
