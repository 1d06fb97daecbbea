"""A stage, a machine, a measure or a time is no approver, and neither is who is said not to be."""

from __future__ import annotations

import pytest

from mlops_agent.workflow.asking import clarify
from mlops_agent.workflow.ground import Ground
from mlops_agent.workflow.grounding import lay_ground
from mlops_agent.workflow.owners import approvals, named


def ground(said: str) -> Ground:
    text = f"Plan our churn model. {said}"
    return lay_ground(text, {}, clarify(text, "one-shot").answered)


@pytest.mark.parametrize(
    "said",
    [
        "The release goes through CI and canary.",
        "Promotion goes through staging.",
        "Versions pass through the quality gate.",
        "Promotion needs approval. A cron job promotes the challenger.",
        "Promotion needs a sign-off. Jenkins releases it.",
        "Promotions are decided by AUC.",
        "Promotion is decided by F1 and recall.",
        "Promotion requires approval by the end of the week.",
        "Release needs no approval by legal.",
        "Promotion no longer needs Kim's approval.",
        "Releases don't need sign-off from Kim.",
        "Versions are promoted without approval from legal.",
        "Approval by legal is not needed for releases.",
        "Promotion does not need two approvals from legal.",
    ],
)
def test_what_is_no_one_and_who_is_denied_are_no_approvers(said: str) -> None:
    one = ground(said)
    assert named(one, "approver") == ""
    assert approvals(one) == 1


def test_a_value_before_an_approval_counts_nobody() -> None:
    said = "A release requires that drift is below 0.2 and approval by Kim."
    assert approvals(ground(said)) == 1


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Head of production approves promotions.", "Head of production"),
        ("The data quality team approves the release.", "data quality team"),
        ("Kim approves each release by the end of the day.", "Kim"),
        ("No version goes live without approval by legal.", "legal"),
        ("Releases without Kim's approval are blocked.", "Kim"),
        ("Promotion is not automatic and needs Tom's ok.", "Tom"),
        ("Promotion goes through legal and Kim.", "legal and Kim"),
    ],
)
def test_people_beside_such_words_still_approve(said: str, name: str) -> None:
    assert named(ground(said), "approver") == name


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("The vendor owns the data and Kim owns the model.", "Kim"),
        ("The data team owns the pipeline, and growth-ml owns the model.", "growth-ml"),
        ("The data is owned by finance. The model is owned by Kim.", "Kim"),
        ("The model is owned by growth-ml and the data by finance.", "growth-ml"),
        ("Kim owns the data and the model.", "Kim"),
        ("Kim owns model and data.", "Kim"),
        ("Finance owns the data.", ""),
        ("Kim does not own the model.", ""),
    ],
)
def test_who_owns_the_model_is_its_owner_and_not_who_owns_something_else(
    said: str, name: str
) -> None:
    assert named(ground(said), "owner") == name
