"""Whose an ask is: the object decides, not the keyword; no evidence means no owner."""

from __future__ import annotations

import pytest

from mlops_agent.boundary.leaning import leaning, learned_of
from mlops_agent.boundary.naming import named_models
from mlops_agent.boundary.routing import route_text
from mlops_agent.contracts.handoff import OURS

SETTLED = [
    ("Roll back the fraud model to version 14.", OURS),
    ("Roll back the orders service to release 4.2.", "systems-engineer"),
    ("Roll back the new system prompt of the support bot.", "ai-engineer"),
    ("Clean old versions out of the model registry.", OURS),
    ("The schema registry refuses our Avro field on the orders topic.", "data-engineer"),
    ("The container registry is full, clean it up.", "systems-engineer"),
    ("The input distribution of the credit model has drifted.", OURS),
    ("Terraform shows drift in the staging VPC.", "systems-engineer"),
    ("Schema drift in the customers table breaks the nightly load to Snowflake.", "data-engineer"),
    ("Canary the ranking model on 10 % of the traffic.", OURS),
    ("Canary the new release of the checkout service.", "systems-engineer"),
    ("Canary the new system prompt on 5 % of the chats.", "ai-engineer"),
    ("The training pipeline of the churn model fails without a word.", OURS),
    ("The ingestion pipeline into the warehouse loses rows.", "data-engineer"),
    ("Write a threat model of the partner API.", "security-engineer"),
    ("The dbt model stg_orders doubles the rows.", "data-engineer"),
    ("Put the new checkout flow behind a feature flag.", "systems-engineer"),
    ("Promote our fine-tuned Llama weights through the model registry.", OURS),
    ("Move the summaries from GPT-4o to a cheaper hosted model.", "ai-engineer"),
    ("Verify artifact hashes at promotion of a model.", OURS),
    ("Set an SLO and an error budget for the scoring API of the credit model.", "sre-engineer"),
    ("Mock interview: design a fraud model platform.", "system-design-interview"),
    ("Our checkout end-to-end tests are flaky.", "qa-engineer"),
]
OF_OURS = [
    "Fix PIP001 at src/train.py:3",
    "Fix REG004",
    "Make the promotion refuse a model without the pr_auc metric",
    "Add src/features.py to the deps of the train stage.",
    "Make a failing evaluation stop the promotion.",
    "The service must load the champion instead of the latest model version.",
    "Do not deploy a model to prod if its test Dice is lower than that of the version in prod.",
]


@pytest.mark.parametrize(("text", "owner"), SETTLED, ids=[text for text, _ in SETTLED])
def test_the_object_decides(text: str, owner: str) -> None:
    routing = route_text(text)
    assert routing.targets == [owner]
    assert routing.asks[0].why


@pytest.mark.parametrize("text", OF_OURS)
def test_what_our_own_reports_word_is_ours(text: str) -> None:
    assert route_text(text).decision == "accept"


def test_no_evidence_means_no_owner() -> None:
    routing = route_text("Please do it the other way round.")
    assert (routing.decision, routing.targets) == ("clarify", [])
    assert all(ask.confidence == 0 and not ask.alternatives for ask in routing.asks)


def test_a_bare_order_is_about_what_was_told_right_before() -> None:
    text = (
        "The slotting model's new version returns bins that do not exist, so go back to the one"
        " before. The warehouse client has no circuit breaker; design one into it."
    )
    asks = route_text(text).asks
    assert asks[0].owner == OURS
    assert asks[-1].owner == "systems-engineer"


def test_confidence_is_low_where_two_owners_could_have_it() -> None:
    sure = route_text("Retrain the churn model weekly and promote it through the gate.").asks[0]
    torn = route_text("Who owns the monitoring of our serving cluster?").asks[0]
    assert sure.confidence > 0.9 > torn.confidence


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("take the parking occupancy model back", ["parking occupancy model"]),
        ("the model is wrong", []),
        ("our threat model is old", []),
        ("retune the classifier", ["classifier"]),
    ],
)
def test_models_are_known_by_their_names(text: str, named: list[str]) -> None:
    words = text.split()
    found = [" ".join(words[start:end]) for start, end in named_models(words)]
    assert [one for one in found if one in named or not named] == named
    assert bool(found) == bool(named)


def test_words_lean_to_where_they_stood_and_unknown_ones_nowhere() -> None:
    known = learned_of({"psi": {OURS: 3.0}, "shard": {"systems-engineer": 2.0}})
    leans = leaning(["psi", "psi", "quux"], known)
    assert leans[OURS] > 0 > leans["systems-engineer"]
    assert set(leaning(["quux"], known).values()) == {0.0}


def test_two_words_next_to_each_other_lean_by_themselves() -> None:
    counts = {"card": {OURS: 1.0, "data-engineer": 1.0}, "model": {OURS: 1.0, "data-engineer": 1.0}}
    known = learned_of(counts | {"model card": {OURS: 1.0}})

    together, apart = leaning(["model", "card"], known), leaning(["card", "model"], known)

    assert together[OURS] - together["data-engineer"] > 0.5
    assert apart[OURS] - apart["data-engineer"] < 0.0


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        (
            "The feature store was in order in the audit. The payroll share was not: per-person "
            "access there, please, with a review each quarter.",
            "security-engineer",
        ),
        (
            "The churn people use the points too. What we want: returns are counted twice, fix "
            "the logic and correct history since August.",
            "data-engineer",
        ),
        (
            "The route model sits on top, but what I ask for is a redesign of the backend for "
            "5000 vehicles.",
            "systems-engineer",
        ),
    ],
)
def test_what_a_field_calls_its_own_is_its_own_beside_a_model(text: str, owner: str) -> None:
    assert route_text(text).targets == [owner]


@pytest.mark.parametrize(
    "place", ["in .github/workflows/train.yml", "at sql/orders.sql:3", "at terraform/vpc.tf:13"]
)
@pytest.mark.parametrize("rule", ["PIP001", "REG004", "MON007"])
def test_a_rule_of_ours_is_ours_wherever_it_was_found(rule: str, place: str) -> None:
    assert route_text(f"Fix {rule} {place}").targets == [OURS]
