"""What MON007 says that an alert does without its metric."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from small_repository import SmallRepo

SERVICE = """\
from prometheus_client import Counter

PREDICTIONS = Counter("churn_predictions", "Predictions made.")
"""


@pytest.mark.parametrize(
    ("expr", "outcome"),
    [
        ("rate(churn_prediction_total[5m]) == 0", "it can never fire."),
        ("absent(churn_prediction_total)", "it fires all the time."),
        ("absent_over_time(churn_prediction_total[10m])", "it fires all the time."),
    ],
)
def test_an_alert_on_an_absence_fires_all_the_time(
    small_repo: Callable[[dict[str, str]], SmallRepo], expr: str, outcome: str
) -> None:
    rules = f"groups:\n  - name: churn\n    rules:\n      - alert: Stopped\n        expr: {expr}\n"
    repo = small_repo({"service/app.py": SERVICE, "alerts.yaml": rules})
    assert repo.only("MON007").message.endswith(outcome)
