"""Who is named as owner, approver or on duty; what names nobody leaves the role, marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_agent.contracts.gates import Answered, Evidence, OpenGate
from mlops_agent.workflow.deriving import BOUNDS
from mlops_agent.workflow.ground import Ground
from mlops_agent.workflow.judging import holds
from mlops_agent.workflow.owners import approvals, named, owner_of


def ground(slot: str, whole: str, words: str = "") -> Ground:
    """A ground with one slot answered by `words` of an answer, or by all of it."""
    start = whole.index(words) if words else 0
    end = start + len(words or whole)
    place = Evidence(source="answer", text=whole[start:end], start=start, end=end, answer="a")
    gate: OpenGate = "operations-incident"
    known = {slot: [Answered(gate=gate, slot=slot, evidence=place)]}
    return Ground(known=known, told={"": "Plan it.", "a": whole})


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("two approvals: Anna Berg and the model risk committee", ""),
        ("CAB every Thursday", "CAB"),
        ("Anna Berg or Ben Li", "Anna Berg or Ben Li"),
        ("mail ops@acme.com", "ops@acme.com"),
        ("my manager", "my manager"),
        ("Dana from risk has to sign", "Dana from risk"),
        ("The head of search approves each version", "head of search"),
        ("our ML lead Tom gives the go", "ML lead Tom"),
        ("Kim (risk)", "Kim"),
        ("approval by the CFO and legal", "CFO and legal"),
        ("growth-ml squad owns it", "growth-ml squad"),
        ("Jonas is on call", "Jonas"),
        ("On call is the platform rotation", "platform rotation"),
        ("Team Falcon maintains it", "Team Falcon"),
        ("The product owner is Maria", "Maria"),
        ("the data team gets paged at night", "data team"),
    ],
)
def test_a_name_is_read_as_it_is_said(said: str, name: str) -> None:
    wanted = name or "Anna Berg and the model risk committee"
    words = "" if name else "two approvals"
    assert named(ground("owner", said, words), "owner") == wanted


NOBODY = ["whoever trained it", "approved by email", "owner is TBD", "TBD (Ravi?)", "on call"]
NOBODY += ["later", "nobody owns it yet", "four eyes", "two approvals", "the team"]
NOBODY += ["somebody from the business"]


@pytest.mark.parametrize("said", NOBODY)
def test_what_names_nobody_leaves_the_role_marked(said: str) -> None:
    one = ground("owner", said)
    assert named(one, "owner") == ""
    assert owner_of(one, "model owner") == "model owner (assumed)"


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ("two approvals: Anna and Ben", 2),
        ("3 reviewers of the guild", 3),
        ("four eyes", 2),
        ("Anna Berg and Ben Li", 2),
        ("Anna Berg or Ben Li", 1),
        ("the CFO approves", 1),
    ],
)
def test_as_many_agree_as_are_counted(said: str, count: int) -> None:
    one = ground("approver", said)
    assert approvals(one) == count
    assert BOUNDS["approval"](one).threshold.startswith(f"at least {count}, ")


def test_an_approval_that_names_nobody_is_assumed_and_says_so() -> None:
    bound = BOUNDS["approval"](ground("approver", "approved by email"))
    assert bound.assumed
    assert "names nobody" in bound.derivation


@given(st.text(max_size=80))
def test_any_answer_names_somebody_who_holds_or_nobody(said: str) -> None:
    name = named(ground("owner", said), "owner") if said.strip() else ""
    assert not name or holds("owner", name, told=True)
