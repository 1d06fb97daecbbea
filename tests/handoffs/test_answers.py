"""What a caller answers to the questions of a routing is routed whole, ask by ask."""

from __future__ import annotations

from mlops_agent.contracts.handoff import OURS
from mlops_agent.contracts.request import Request
from mlops_agent.contracts.routing import Ask, Route
from mlops_agent.handoffs.routing import routed

LINK = "https://example.com/t/42"
TOLD = (
    "Write a runbook for search and define the SLO of login by Friday. Roll back the churn model."
)


def answered(text: str, answers: dict[str, str]) -> Route:
    return routed(Request(text=text, answers=answers))


def stands(ask: Ask, text: str, answers: dict[str, str]) -> bool:
    where = answers[ask.answer] if ask.answer else text
    return where[ask.start : ask.end] == ask.text


def test_every_ask_of_an_answer_is_kept_in_its_own_words() -> None:
    found = answered(LINK, {"content": TOLD})
    assert found.decision == "split"
    assert [(one.owner, one.text, one.answer) for one in found.asks] == [
        ("sre-engineer", "Write a runbook for search", "content"),
        ("sre-engineer", "define the SLO of login by Friday", "content"),
        (OURS, "Roll back the churn model", "content"),
    ]
    assert all(stands(one, LINK, {"content": TOLD}) for one in found.asks)


def test_the_packet_has_what_an_answer_asks_and_what_it_says() -> None:
    (packet,) = answered(LINK, {"content": TOLD}).handoffs
    assert packet.remaining == ["Write a runbook for search", "define the SLO of login by Friday"]
    assert packet.scope_in == ['"a runbook for search"', '"the SLO of login"']
    assert "SLO of login" in packet.goal
    assert LINK not in packet.goal
    assert packet.constraints.deadline == "by Friday"
    assert [(one.start, one.end, one.text) for one in packet.spans] == [(0, len(LINK), LINK)]


def test_an_answer_that_only_names_the_thing_adds_no_ask() -> None:
    text = "Roll it back."
    question = answered(text, {}).questions[0].id
    answers = {question: "the fraud model in the registry"}
    found = answered(text, answers)
    assert [(one.owner, one.answer) for one in found.asks] == [(OURS, "")]
    assert all(stands(one, text, answers) for one in found.asks)


def test_what_a_request_points_to_and_does_not_bring_is_a_question() -> None:
    text = "As above, but for the search service: define the SLO as we did. See the previous ticket"
    (packet,) = answered(text, {}).handoffs
    asked = "\n".join(packet.open_questions)
    assert all(said in asked for said in ('"As above"', '"as we did"', '"the previous ticket"'))


def test_of_a_mere_link_no_language_is_missed() -> None:
    assert answered(LINK, {}).notes == []
