"""The quality bar counts content: numbers, acts and names, and neither headings nor fine words."""

from __future__ import annotations

import pytest

from mlops_agent.contracts.bundle import BarItem, GatePlan, Plan
from mlops_agent.vocabulary.plan import bar_words, control_words
from mlops_agent.workflow.asking import clarify
from mlops_agent.workflow.bar import bar_of
from mlops_agent.workflow.judging import Aspect, holds
from mlops_agent.workflow.planning import plan


@pytest.fixture(scope="module")
def made() -> Plan:
    return plan(
        "Make our fraud model production ready: 20,000 predictions a day, judged by recall.",
        "one-shot",
    )


def changed(made: Plan, keys: tuple[str, ...], field: str, text: str) -> list[GatePlan]:
    """The plan's gates with one field of some controls replaced."""
    names = {(one.gate, one.name) for one in control_words() if one.key in keys}
    return [
        gate.model_copy(
            update={
                "controls": [
                    one.model_copy(update={field: text}) if (gate.gate, one.name) in names else one
                    for one in gate.controls
                ]
            }
        )
        for gate in made.gates
    ]


def lacking(items: list[BarItem]) -> list[str]:
    return [one.item for one in items if not one.present]


def test_the_bar_has_the_charters_ten_items_and_each_control_one_of_them() -> None:
    assert len(bar_words().items) == 10
    held = [key for one in bar_words().items for key in one.controls]
    assert sorted(held) == sorted({one.key for one in control_words()} - {"bundle"})


def test_our_own_plan_holds_all_ten(made: Plan) -> None:
    assert made.final
    assert lacking(made.quality_bar) == []
    assert all(one.where for one in made.quality_bar)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("threshold", "TBD"),
        ("action", "handled appropriately"),
        ("owner", "the team"),
        ("owner", ""),
    ],
)
def test_gutting_an_items_controls_flips_exactly_that_item(
    made: Plan, field: str, text: str
) -> None:
    for words in bar_words().items[:9]:
        gates = changed(made, words.controls, field, text)
        assert lacking(bar_of(gates, made.residual_risks)) == [words.item]


def test_one_control_without_an_owner_is_enough_to_flip_an_item(made: Plan) -> None:
    gates = changed(made, ("silence",), "owner", "someone")
    (item,) = [one for one in bar_of(gates, made.residual_risks) if not one.present]
    assert item.item == "drift monitoring with thresholds"
    assert item.missing == ["a drift control: an owner (monitoring-drift: silence)"]


def test_a_plan_that_names_no_metric_is_a_draft() -> None:
    bare = plan("Make our fraud model production ready.", "one-shot")
    assert not bare.final
    assert bar_words().items[0].item in lacking(bare.quality_bar)
    assert any("No metric is named" in one for one in bare.notes)
    own = plan("Plan our churn model. We judge it by complaints per week.", "one-shot")
    success = own.gates[0].controls[0].metric
    assert "complaints per week" in success
    assert own.final


def test_an_open_question_keeps_its_items_open_and_a_declined_one_does_not() -> None:
    text = "Plan our ranking model's life, judged by NDCG@10."
    asked = [one.id for one in clarify(text, "guided").questions]
    told = dict.fromkeys(asked[1:], "no idea")
    draft = plan(text, "guided", answers=told)
    assert not draft.final
    wanting = [one for one in draft.quality_bar if not one.present]
    assert wanting
    assert all(
        one.missing == [f"an answer to {asked[0]}, or `{asked[0]}: skip`"] for one in wanting
    )
    assert lacking(bar_of(draft.gates, draft.residual_risks)) == [one.item for one in wanting]
    assert any(f"declined: {asked[0]}. " in one for one in draft.notes)
    assert plan(text, "guided", answers={**told, asked[0]: "skip"}).final


@pytest.mark.parametrize("field", ["owner", "follow_up"])
def test_a_risk_needs_an_owner_and_a_follow_up(made: Plan, field: str) -> None:
    risks = [one.model_copy(update={field: "to be defined"}) for one in made.residual_risks]
    assert lacking(bar_of(made.gates, risks)) == ["residual risks and follow-ups"]
    assert lacking(bar_of(made.gates, [])) == ["residual risks and follow-ups"]


@pytest.mark.parametrize(
    ("aspect", "text"),
    [
        ("threshold", "PSI > 0.2"),
        ("threshold", "at least 0.42"),
        ("threshold", "p95 under 80 ms for 5 minutes"),
        ("threshold", "no worse than the champion"),
        ("threshold", "two approvals"),
        ("threshold", "weekly"),
        ("threshold", "assumed: at most 10 minutes"),
        ("action", "the build fails"),
        ("action", "roll back to the previous version"),
        ("action", "on-call pages the vendor"),
        ("action", "promotion waits until Kim agrees"),
        ("owner", "owner: ml-growth"),
        ("owner", "the risk team decides"),
        ("owner", "paid for by marketing; owned by Anna Kim"),
        ("owner", "the on-call engineer is paged"),
        ("owner", "@acme/ml-platform"),
        ("owner", "head of risk signs"),
        ("owner", "PSI above 0.2: Logistics ML investigates."),
    ],
)
def test_content_counts_in_a_sentence(aspect: Aspect, text: str) -> None:
    assert holds(aspect, text, told=False)


@pytest.mark.parametrize(
    ("aspect", "text"),
    [
        ("threshold", "an appropriate threshold"),
        ("threshold", "TBD"),
        ("threshold", "drift within acceptable bounds"),
        ("threshold", "model v3 and the holdout"),
        ("threshold", "somebody looks within 2 days"),
        ("action", "we will monitor drift appropriately"),
        ("action", "as needed"),
        ("action", "best practices are followed"),
        ("action", "wrong blocks per hour: more than 100"),
        ("owner", "the team should own this"),
        ("owner", "owner: TBD"),
        ("owner", "somebody is responsible"),
        ("owner", "owned by the appropriate stakeholders"),
        ("owner", "responsible: the team"),
        ("owner", "worse by more than 2 %"),
        ("owner", "Residual Distribution drifts away"),
        ("owner", "precision@500 matters"),
        ("metric", "it works well"),
    ],
)
def test_filler_does_not_count(aspect: Aspect, text: str) -> None:
    assert not holds(aspect, text, told=False)


@pytest.mark.parametrize(
    ("aspect", "text", "counts"),
    [
        ("owner", "ml-growth", True),
        ("owner", "model owner (assumed: name the team)", True),
        ("owner", "model owner (assumed)", True),
        ("owner", "model owner\\*", True),
        ("owner", "later\\*", False),
        ("owner", "owner\\*", False),
        ("owner", "business\\*", False),
        ("owner", "ml-growth\\*", True),
        ("owner", "team", False),
        ("owner", "?", False),
        ("owner", "to be defined", False),
        ("threshold", "equal", True),
        ("threshold", "0", True),
        ("threshold", "reasonable", False),
        ("threshold", "to be agreed in Q3 2026", False),
        ("threshold", "see section 4.2", False),
        ("threshold", "reasonable (phase 2)", False),
        ("threshold", "any value", False),
        ("threshold", "any unpinned package", True),
        ("threshold", "2,000 rows", True),
        ("threshold", "0.1, adjusted as needed", True),
        ("action", "alert as needed", False),
        ("action", "page on-call, retrain as needed", True),
        ("action", "look within two working days: upstream break or drift?", True),
        ("action", "train challenger", True),
        ("action", "nothing moves", True),
        ("action", "model is not released", True),
        ("owner", "future hire", False),
        ("owner", "the business", False),
        ("owner", "Team Falcon", True),
        ("metric", "any metric", False),
        ("metric", "the primary metric of the challenger", False),
        ("action", "weight to 0", True),
        ("action", "handled", False),
        ("metric", "PSI", True),
        ("metric", "-", False),
    ],
)
def test_a_cell_of_its_own_needs_less_but_not_nothing(
    aspect: Aspect, text: str, counts: bool
) -> None:
    assert holds(aspect, text, told=True) is counts
