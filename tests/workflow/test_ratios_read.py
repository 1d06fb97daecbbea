"""A ratio of costs is read only where one is told: ranges, numerals, other counts."""

from __future__ import annotations

import pytest

from mlops_agent.workflow.planning import plan
from mlops_agent.workflow.ratios import cost_ratios


@pytest.mark.parametrize(
    ("said", "ratio"),
    [
        ("A missed fraud costs 20 to 30 times a false alarm", 20),
        ("A missed fraud costs 20-30 times as much as a false alarm", 20),
        ("A missed fraud costs ten to fifteen times what a false alarm costs", 10),
        ("A missed fraud costs 1,000 times a false alarm", 1000),
        ("A missed fraud costs 1.000 times a false alarm", 1000),
        ("A missed fraud costs 1.5 times a false alarm", 1.5),
        ("FN:FP 1,000:1", 1000),
        ("FN:FP cost ratio 30 to 1", 30),
        ("A false alarm is annoying, the FP:FN cost ratio is 1:30", 30),
        ("the cost ratio of a miss to a false alarm is 30", 30),
        ("A miss is 30 times worse than paging a nurse for nothing", 30),
        ("False alarms are annoying, missing a fault is 10 times worse", 10),
        ("Paging a nurse for nothing is 30 times cheaper than a missed sepsis", 30),
        ("a fraud not caught costs 30 times a false alarm", 30),
    ],
)
def test_a_ratio_is_read_as_it_is_told(said: str, ratio: float) -> None:
    assert [one.value for one in cost_ratios(said)] == [pytest.approx(ratio)]


@pytest.mark.parametrize(
    "said",
    [
        "A missed fraud costs 80 to 120 EUR, a false alarm 4 EUR",
        "From 9:00 on each missed alert and each false alarm is paged to Kim",
        "Misses and false alarms cost us money and are paged from 9:00 to 17:30",
        "We split 80:20, and missed frauds cost more than false alarms",
        "twenty-five times as bad as a false alarm is a missed fraud",
        "A missed fraud costs twenty-five times a false alarm",
        "A missed fraud costs two hundred times a false alarm",
        "A missed fraud costs a few hundred times a false alarm",
        "A missed fraud costs half a dozen times a false alarm",
        "Missed fraud costs us money, so we score 6 times daily.",
        "Missed defects are expensive and we serve on 2x A10 GPUs",
        "We retry 3 times before a missed prediction is logged, at some cost",
        "We double-check each missed case, which costs time",
        "About half of the missed cases cost us a customer",
        "Costs: 80 EUR per miss, for a false alarm 4 EUR and we retrain twice monthly",
        "a miss does not cost 30 times a false alarm",
        "a miss isn't as bad as 30 false alarms",
        "a missed fraud is worth 80 EUR, a false alarm 4 EUR",
        "a missed fraud costs 3 times the fee, a false alarm nothing",
        "missed frauds now cost 3 times more",
        "missed frauds got 3 times more expensive",
        "the cost of a false alarm is less than that of a miss by a factor of 30",
    ],
)
def test_a_number_that_is_no_ratio_of_costs_is_left(said: str) -> None:
    assert list(cost_ratios(said)) == []


@pytest.mark.parametrize(
    ("metric", "has"), [("Dice", False), ("NDCG@10", False), ("MAPE", True), ("recall", False)]
)
def test_a_quantile_to_order_at_is_of_forecasts_only(metric: str, has: bool) -> None:
    made = plan(f"{metric} 0.3; a missed one costs 80 EUR, a false alarm costs 4 EUR", "one-shot")
    names = {one.name for gate in made.gates for one in gate.controls}
    assert ("forecast quantile" in names) is has
