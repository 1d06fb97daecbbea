"""Whose work a request is: its asks, the decision, and what goes to whom.

Spans are half-open character positions of the request's text as it was given.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mlops_agent.contracts.base import Document, Record
from mlops_agent.contracts.handoff import Packet
from mlops_agent.contracts.request import Question

AskDecision = Literal["accept", "handoff", "clarify", "decline"]
Decision = Literal["accept", "handoff", "split", "clarify", "decline"]
DECISIONS: tuple[Decision, ...] = ("accept", "handoff", "split", "clarify", "decline")


class Alternative(Record):
    """Another owner that an ask could have, and how much speaks for it (0 to 1)."""

    owner: str
    confidence: float = Field(ge=0, le=1)


class Ask(Record):
    """One thing that a request asks for: `verb` is done to `object`, which decides the owner.

    `owner` is empty where nobody's is shown (clarify, decline). `confidence` is between 0 and 1.
    `opinion` names the model that was asked about it, empty where none was. `answer` is the id of a
    question where the ask stands in the answer to it; its positions count in that answer then.
    """

    text: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    verb: str = ""
    object: str = ""
    owner: str = ""
    decision: AskDecision
    confidence: float = Field(ge=0, le=1)
    why: str
    alternatives: list[Alternative] = []
    opinion: str = ""
    answer: str = ""


class Refused(Record):
    """What of a request is not done although the rest may be, and what would make it safe."""

    what: str
    why: str


class Routing(Record):
    """The decision on a whole request. `targets` are skills, ours among them where a part is ours.

    `first` is the target whose work goes before the others', where the caller says so or one
    mitigates; else empty.
    `language` is a code ("en", "de", "mixed"), empty where it could not be told. `notes` are what a
    reader has to know of the decision: a weaker language, orders in pasted text, a model asked.
    `answered` are the caller's answers to earlier questions that it rests on.
    `left_to_driver`: a run's driver, which can judge it, had the last word; no packet came of this.
    """

    decision: Decision
    targets: list[str]
    asks: list[Ask]
    first: str = ""
    questions: list[Question] = []
    refused: list[Refused] = []
    language: str = "en"
    notes: list[str] = []
    answered: list[str] = []
    left_to_driver: bool = False


class _Answer(Document):
    schema_: Literal["mlops-agent/route/1"] = Field(default="mlops-agent/route/1", alias="schema")


class Route(Routing, _Answer):
    """The answer of `mlops-agent route`: the decision, and a packet for each other owner."""

    handoffs: list[Packet] = []
