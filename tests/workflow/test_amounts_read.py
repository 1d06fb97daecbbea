"""A number is read with the words that make it one of its kind, and left alone without them."""

from __future__ import annotations

import pytest

from mlops_agent.vocabulary.plan import amount_patterns
from mlops_agent.workflow.amounts import amounts
from mlops_agent.workflow.figures import read_figures
from mlops_agent.workflow.planning import plan


def test_every_pattern_names_its_number() -> None:
    words = amount_patterns()
    for kind, patterns in words.amounts.items():
        for pattern in patterns:
            whole = pattern
            while any(f"@{name}@" in whole for name in words.parts):
                for name, part in words.parts.items():
                    whole = whole.replace(f"@{name}@", part)
            assert "(?P<n>" in whole or "(?P<n2>" in whole, kind


@pytest.mark.parametrize(
    ("said", "kind", "value"),
    [
        ("Labels come the next day.", "label-delay", 1),
        ("Labels come the next morning.", "label-delay", 1),
        ("Feedback arrives next week.", "label-delay", 7),
        ("labels arrive within 3 days 95 % of the time", "label-delay", 3),
        ("Labels after 12 hours.", "label-delay", 0.5),
        ("results are confirmed after 5 days", "label-delay", 5),
        ("40.000-50.000 Transaktionen pro Tag", "volume", 40_000),
        ("2 millions d'appels par jour", "volume", 2e6),
        ("The service handles 900 pages an hour.", "volume", 21_600),
        ("The API must be up 99.5 % of the time.", "availability", 0.995),
        ("SLO 99.9 % is required", "availability", 0.999),
        ("SLO: 99.9 % for the API", "availability", 0.999),
        ("The error budget is 0.5 %", "availability", 0.995),
        ("AUC on 800 held-out examples", "holdout", 800),
        ("Losing a customer costs 300 EUR", "cost-miss", 300),
        ("We lose about 2,000 EUR per hour while it is down.", "cost-hour", 2000),
    ],
)
def test_one_figure_is_read(said: str, kind: str, value: float) -> None:
    found = read_figures(said, {})
    assert {name: one.value for name, one in found.items()} == {kind: pytest.approx(value)}


@pytest.mark.parametrize(
    "said",
    [
        "Feedback on this plan is due next week",
        "We want feedback within 2 days",
        "SLO 95 %, requests within the budget",
        "Prediction results are available within 200 ms",
        "Failures are visible within 2 minutes on the dashboard",
        "The API returns labels within 200 ms",
        "SLO: 95 % of requests within the budget",
        "The model is right 92 % of the time",
        "Labels are available 95 % of the time",
        "Recall SLO: 95 %",
        "20 % error budget left",
        "5 % error budget left",
        "the error budget is at 30 %",
        "error budget of 30 %",
        "the error budget is at 3 %",
        "We score 4 times a day",
        "We score 2 million times a day",
        "We load 3 times a day",
        "It sends 24 predictions 4 times a day",
        "It predicts 24 hours ahead every hour",
        "Our team handles 12 pages a month",
        "Our team handles 200 claims a month",
        "40-50,000 predictions a day",
        "Evaluated on 28 held-out days.",
        "Evaluated on 60 held-out stores.",
        "a holdout of 28 to 30 days",
        "a test set of 60 stores",
        "60 holdout stores",
        "We lose $2k per month",
        "a lost customer costs $2k per month",
    ],
)
def test_what_is_no_figure_is_left_alone(said: str) -> None:
    assert read_figures(said, {}) == {}


def test_the_next_day_answers_when_labels_come() -> None:
    assert read_figures("", {"lineage.label-delay": "the next day"})["label-delay"].value == 1


def test_an_slo_of_requests_is_a_latency_alone() -> None:
    kinds = {one.kind for one in amounts("SLO: 95 % of requests under 80 ms")}
    assert "availability" not in kinds


def test_a_plan_is_made_where_labels_come_the_next_day() -> None:
    made = plan("Plan our churn model by AUC. Labels come the next day.", "one-shot")
    assert any(fact.claim == "label delay" for gate in made.gates for fact in gate.facts)
