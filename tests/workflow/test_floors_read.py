"""A floor is what is said of the metric itself: no neighbour's number, nothing that is denied."""

from __future__ import annotations

import pytest

from mlops_agent.errors import BadInputError
from mlops_agent.workflow.deriving.quality import gate_floor
from mlops_agent.workflow.figures import compare_figures
from mlops_agent.workflow.grounding import lay_ground
from mlops_agent.workflow.metrics import metrics_in
from mlops_agent.workflow.targets import told_value


def told(said: str) -> list[float | None]:
    metric = metrics_in(said)[0]
    target, measured = (
        told_value(said, {}, metric, "target"),
        told_value(said, {}, metric, "measured"),
    )
    return [target.value if target else None, measured.value if measured else None]


@pytest.mark.parametrize(
    ("said", "target", "measured"),
    [
        ("AUC is 0.86 today. We call customers with a score above 0.5.", None, 0.86),
        ("AUC is 0.86 today and we call customers above 0.5.", None, 0.86),
        ("AUC is 0.86 today. Feature coverage must be at least 0.9.", None, 0.86),
        ("AUC is 0.86 and coverage is 0.95. It must not drop below 0.9.", None, 0.86),
        ("MAE 4.1 today. A team of at most 5.", None, 4.1),
        ("MAE 4.1 today and we need at most 5 people.", None, 4.1),
        ("AUC is 0.86 and not lower than the old one at 0.84", None, 0.86),
        ("Gini 0.55 required, FN:FP cost ratio 15:1", 0.55, None),
        ("AUC is 0.86 today. That is better than 0.84.", None, 0.86),
        ("AUC is 0.86 today, better than 0.84 last year", None, 0.86),
        ("AUC is 0.86 today. We serve Spain. It must not drop below 0.82.", None, 0.86),
        ("AUC is 0.86 today. It must not drop below 0.82.", 0.82, 0.86),
        ("AUC is 0.86 today. Must stay above 0.8.", 0.8, 0.86),
        ("AUC is 0.86 today.\nBut it should never fall below 0.8.", 0.8, 0.86),
        ("AUC is 0.86 today. AUC must stay above 0.8.", 0.8, 0.86),
    ],
)
def test_a_floor_comes_from_a_later_sentence_only_about_the_metric(
    said: str, target: float | None, measured: float | None
) -> None:
    assert told(said) == [target, measured]


@pytest.mark.parametrize(
    ("said", "target"),
    [
        ("Version 2 MAE must be at most 3.1", 3.1),
        ("Our 2 MAE must be at most 3.1", 3.1),
        ("day 1 recall at least 0.8", 0.8),
        ("top-5 recall at least 0.8", 0.8),
        ("Version 2 recall must be at least 0.8", 0.8),
        ("at least 90 % recall at 5 % of the alerts", 0.9),
        ("0.86 AUROC is required at 0.1 of the volume", 0.86),
    ],
)
def test_a_number_before_a_metric_does_not_hide_its_bound(said: str, target: float) -> None:
    assert told(said)[0] == target


@pytest.mark.parametrize(
    "said",
    [
        "AUC of 0.9 not required",
        "recall 0.9 not guaranteed",
        "AUC 0.9 is no target of ours",
        "AUC 0.9 or better is not required",
        "AUC 0.9 was required",
        "AUC target of 0.9 was dropped",
        "We do not need an AUC of 0.9",
        "0.9 AUC is not needed",
    ],
)
def test_what_is_denied_is_no_aim_and_no_value_of_today(said: str) -> None:
    assert told(said) == [None, None]


def test_a_gate_cites_the_whole_of_what_gives_its_floor() -> None:
    said = "AUC is currently 0.77; we won't accept less than 0.74"
    ground = lay_ground(f"Plan our churn model. {said}; specificity at least 0.8.", {}, [])
    why = gate_floor(ground).derivation
    assert said in why
    assert "specificity at least 0.8" in why
    assert why.count('"') % 2 == 0


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("$40 per missed churner, $2 per false alarm", "a miss costs 100 times a false alarm"),
        ("a miss costs 100 times a false alarm", "$40 per missed churner, $2 per false alarm"),
        ("$40 per missed churner. A miss costs 100 times a false alarm", "$2 per false alarm"),
    ],
)
def test_a_ratio_that_contradicts_the_costs_is_refused_in_each_direction(
    text: str, answer: str
) -> None:
    with pytest.raises(BadInputError, match="error-cost says"):
        compare_figures(f"Plan our churn model. {text}.", {"error-cost": answer})
