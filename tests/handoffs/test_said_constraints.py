"""Deadlines, approvals, risk and data are found where they are said, and only there."""

from __future__ import annotations

import pytest

from mlops_agent.handoffs.constraints import constraints_of, own_words


@pytest.mark.parametrize(
    ("said", "deadline"),
    [
        ("Rotate the keys by Friday, please.", "by Friday"),
        ("Needed before the release", "before the release"),
        ("Both before code freeze on the 12th.", "before code freeze on the 12th"),
        (
            "Deadline is the invoice run on the 5th. Thanks",
            "Deadline is the invoice run on the 5th",
        ),
        ("Time frame: two sprints\nThanks", "Time frame: two sprints"),
        ("gone by the 12th", "by the 12th"),
        ("It worked before the refactor", ""),
        ("We need it ASAP", "ASAP"),
        ("Do it within two weeks.", "within two weeks"),
        ("due by 2026-12-01 at the latest", "due by 2026-12-01"),
        ("no later than end of the quarter", "no later than end of the quarter"),
        ("bis Freitag bitte", "bis Freitag"),
        ("Group the costs by team", ""),
        ("Retrain before promoting", ""),
    ],
)
def test_deadlines(said: str, deadline: str) -> None:
    assert constraints_of(said).deadline == deadline


@pytest.mark.parametrize(
    ("said", "approvals"),
    [
        ("It needs sign-off from the risk team.", ["needs sign-off from the risk team"]),
        ("Dana has to approve it", ["Dana has to approve it"]),
        ("must be approved by two owners.", ["must be approved by two owners"]),
        ("Approve nothing yet", []),
    ],
)
def test_approvals(said: str, approvals: list[str]) -> None:
    assert constraints_of(said).approvals == approvals


def test_risk_and_data_as_they_are_said_and_not_where_they_are_denied() -> None:
    bound = constraints_of("This is a P1 in production with PII and GDPR data.")
    assert (bound.risk_class, bound.data_class) == ("P1; production", "PII; GDPR")
    denied = constraints_of("It holds no PII and is not in production.")
    assert (denied.risk_class, denied.data_class) == ("", "")


def test_pasted_text_binds_nobody() -> None:
    text = "Rotate the keys.\n> by Friday\nThanks"
    at = text.index(">")
    assert constraints_of(own_words(text, [(at, at + 11)])).deadline == ""
    assert constraints_of(own_words(text, [])).deadline == "by Friday"


def test_what_may_not_be_done_with_data_is_said_whole() -> None:
    said = constraints_of("Move the job. Customer data must not leave the EU. No PII.")
    assert said.data_class == "Customer data must not leave the EU"
