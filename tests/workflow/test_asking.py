"""Which questions are asked: at most eight, on what is open, the weightiest first."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_agent.contracts.gates import OPEN_GATES, Answered, Clarification, Evidence, OpenGate
from mlops_agent.vocabulary.gates import gate_words
from mlops_agent.workflow.asking import assumed, clarify, questions
from mlops_agent.workflow.composing import wording
from mlops_agent.workflow.opening import open_request

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "evals" / "clarify"))

import score_clarify as score  # pyright: ignore[reportMissingImports]
import score_strangers  # pyright: ignore[reportMissingImports]

SLOTS = list(gate_words().slots)


def known(*names: str) -> list[Answered]:
    evidence = Evidence(source="request", text="said", start=0, end=4)
    slots = gate_words().slots
    return [Answered(gate=slots[name].gate, slot=name, evidence=evidence) for name in names]


def closed(names: set[str]) -> set[OpenGate]:
    """The gates whose main points are known."""
    enough = gate_words().enough
    return {gate for gate in OPEN_GATES if any(one <= names for one in enough[gate])}


def test_with_nothing_known_eight_questions_cover_all_nine_gates() -> None:
    asked = questions([])
    assert len(asked) == 8
    assert {gate for one in asked for gate in (one.gate, *one.also)} == set(OPEN_GATES)


def test_the_first_question_is_the_one_that_changes_most() -> None:
    order = [one.id for one in questions([])]
    assert order[0] == "purpose"
    assert order == [one.id for one in gate_words().questions]


@given(st.sets(st.sampled_from(SLOTS)))
def test_nothing_known_is_asked_and_every_open_gate_is(names: set[str]) -> None:
    asked = questions(known(*names))
    assert len(asked) <= gate_words().most_questions
    assert not names & {slot for one in asked for slot in one.slots}
    gates = {gate for one in asked for gate in (one.gate, *one.also)}
    assert gates == set(OPEN_GATES) - closed(names)


@given(st.sets(st.sampled_from(SLOTS)))
def test_every_need_is_known_asked_or_assumed_and_only_one_of_them(names: set[str]) -> None:
    asked = questions(known(*names))
    told = [slot for one in asked for slot in one.slots]
    taken = [one.slot for one in assumed(known(*names), asked)]
    assert sorted([*names, *told, *taken]) == sorted(SLOTS)


@given(st.sets(st.sampled_from(SLOTS)))
def test_a_question_says_only_what_it_asks(names: set[str]) -> None:
    for one in questions(known(*names)):
        slots = [gate_words().slots[name] for name in one.slots]
        assert one.question == wording(slots)
        assert one.question.count("?") <= 2
        assert all(s.ask in one.question or s.brief in one.question for s in slots)
        assert one.default == " ".join(slot.default for slot in slots)
        assert (one.gate, *one.also) == tuple(dict.fromkeys(slot.gate for slot in slots))
        assert one.why


def test_a_gate_with_its_core_known_is_asked_about_no_more() -> None:
    asked = questions(known("cadence", "gate", "rules"))
    gates = {gate for one in asked for gate in (one.gate, *one.also)}
    assert not {"training-evaluation", "reproducibility-governance"} & gates


def test_few_open_gates_make_few_questions_with_a_second_one_for_the_rest() -> None:
    open_ = {"form", "latency", "rollout", "cost", "availability"}
    asked = questions(known(*(set(SLOTS) - open_)))
    assert [one.id for one in asked] == ["serving", "serving.more"]
    assert {slot for one in asked for slot in one.slots} == open_


def test_where_nothing_is_open_nothing_is_asked() -> None:
    assert questions(known(*SLOTS)) == []


def test_options_are_offered_only_where_nothing_of_it_is_known() -> None:
    fresh = {one.id: one.options for one in questions([])}
    assert fresh["serving"]
    later = {one.id: one.options for one in questions(known("form"))}
    assert later["serving"] == []


def test_one_shot_asks_nothing_and_states_what_it_assumes() -> None:
    made = clarify("Plan for our churn model. p95 under 100 ms.", "one-shot")
    assert made.questions == []
    assert {one.slot for one in made.assumptions} == set(SLOTS) - {"latency"}
    assert all(one.statement.endswith(".") for one in made.assumptions)


def test_the_record_makes_a_round_trip() -> None:
    made = clarify("Plan for our churn model. p95 under 100 ms.", "guided")
    assert Clarification.from_json(made.to_json()) == made


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("Plan the whole production life of our churn model.", "accept"),
        ("Write the dbt model that loads orders into the warehouse.", "handoff"),
        ("https://example.org/issues/12", "clarify"),
    ],
)
def test_whose_work_it_is_comes_first(text: str, decision: str) -> None:
    opened = open_request(text)
    made = opened.clarified("guided")
    assert opened.decision == decision
    assert (made.assumptions == []) is (decision != "accept")
    assert bool(made.questions) is (decision != "handoff")


def test_a_bound_in_our_request_is_no_ask_for_another_owner() -> None:
    text = "Online endpoint for our model, 400 rps, p95 <= 60 ms, 99.9 % uptime."
    assert open_request(text).decision == "accept"


@pytest.fixture(scope="module")
def measured() -> Mapping[str, list[score.Scored]]:
    return {half: score.scored(half) for half in score.HALVES}


@pytest.mark.parametrize("half", score.HALVES)
def test_open_gates_are_covered_and_answered_ones_left_alone(
    measured: Mapping[str, list[score.Scored]], half: str
) -> None:
    requests = measured[half]
    asked = [(gate in one.asked_gates) for one in requests for gate in one.open_gates]
    told = [gate for one in requests for gate in OPEN_GATES if gate not in one.open_gates]
    again = [gate for one in requests for gate in one.asked_gates if gate not in one.open_gates]
    assert len(requests) >= 24
    assert sum(asked) >= 0.95 * len(asked)
    assert all(len(one.asked.questions) <= 8 for one in requests)
    # What the reading misses of an answer is asked although it was told.
    assert len(again) <= 0.1 * len(told)


def test_requests_of_strangers_that_nobody_reads_are_asked_about_as_they_were() -> None:
    found = score_strangers.figures("held_out")
    assert found.whole > 150
    assert found.asked_again <= 0.17 * found.whole
    assert found.covered >= 0.93 * found.open
