"""What is decided on a request, as plain records: what `contracts.routing` lays down, unchecked.

Owns these records and the one way from them to a `Routing`. Loading and building what checks a
record takes longer than routing does; so that comes only where a record leaves the program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_agent.contracts import request, routing
    from mlops_agent.contracts.routing import AskDecision, Decision


class Alternative(NamedTuple):
    """Another owner that an ask could have, and how much speaks for it (0 to 1)."""

    owner: str
    confidence: float


class Ask(NamedTuple):
    """One thing that a request asks for; `opinion` and `answer` are the contract's."""

    text: str
    start: int
    end: int
    verb: str
    object: str
    owner: str
    decision: AskDecision
    confidence: float
    why: str
    alternatives: tuple[Alternative, ...] = ()
    opinion: str = ""


class Refused(NamedTuple):
    """What of a request is not done although the rest may be, and what would make it safe."""

    what: str
    why: str


class Question(NamedTuple):
    """A question that only the caller can answer."""

    id: str
    question: str
    why: str
    options: tuple[str, ...] = ()


class Decided(NamedTuple):
    """The decision on a whole request, as the fields of the same names in a `Routing`."""

    decision: Decision
    targets: tuple[str, ...]
    asks: tuple[Ask, ...]
    first: str
    questions: tuple[Question, ...]
    refused: tuple[Refused, ...]
    language: str
    notes: tuple[str, ...]


def routing_of(decided: Decided) -> routing.Routing:
    """The record of a decision, checked."""
    from mlops_agent.contracts.routing import Routing

    return Routing.model_validate(
        {
            **decided._asdict(),
            "asks": [
                {**one._asdict(), "alternatives": [other._asdict() for other in one.alternatives]}
                for one in decided.asks
            ],
            "questions": questions_of(decided.questions),
            "refused": [one._asdict() for one in decided.refused],
        }
    )


def questions_of(questions: Sequence[Question]) -> list[request.Question]:
    """The records of questions, checked."""
    from mlops_agent.contracts.request import Question as Checked

    return [Checked.model_validate(one._asdict()) for one in questions]
