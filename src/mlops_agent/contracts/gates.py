"""The ten gates of a model's production life: what is known of each, asked and assumed."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field

from mlops_agent.contracts.base import Document, Record

OpenGate = Literal[
    "objective",
    "lineage",
    "training-evaluation",
    "registry-promotion",
    "serving-release",
    "monitoring-drift",
    "retraining-rollback",
    "reproducibility-governance",
    "operations-incident",
]
"""The gates that something can be asked about."""
Gate = Literal[OpenGate, "delivery-bundle"]
OPEN_GATES: tuple[OpenGate, ...] = get_args(OpenGate)
GATES: tuple[Gate, ...] = (*OPEN_GATES, "delivery-bundle")
"""In the order in which they are passed; the tenth is produced, never asked."""
Mode = Literal["guided", "one-shot"]


class Evidence(Record):
    """Where something is said: in the request or an answer (a span of it), or in the repository.

    `start` and `end` are half-open positions in the request, or in the answer that `answer` names;
    `path` and `line` (1-based) are a place of the repository. `text` is what stands there.
    """

    source: Literal["request", "answer", "repository"]
    text: str
    start: int | None = Field(default=None, ge=0)
    end: int | None = Field(default=None, ge=0)
    answer: str = ""
    path: str = ""
    line: int | None = Field(default=None, ge=1)


class Answered(Record):
    """What a gate needs to know and is known already. `slot` names which of its needs it is."""

    gate: OpenGate
    slot: str
    evidence: Evidence


class GateQuestion(Record):
    """A question to the team. `default` is the assumption that applies if it stays unanswered.

    `id` is the key that an answers file takes; `slots` are the needs of the gate that it settles.
    `why` says what the answer changes; `options` are answers that most give, none where it is free.
    `also` are further gates that the answer settles; the names of slots are unique over all gates.
    """

    id: str
    gate: OpenGate
    also: list[OpenGate] = []
    slots: list[str]
    question: str
    why: str
    default: str
    options: list[str] = []


class Assumption(Record):
    """What is taken for true of a gate, where nobody said otherwise."""

    gate: OpenGate
    slot: str = ""
    statement: str


class Clarification(Document):
    """The answer of `mlops-agent clarify`: what is known, what is asked, what is assumed."""

    schema_: Literal["mlops-agent/clarify/1"] = Field(
        default="mlops-agent/clarify/1", alias="schema"
    )
    mode: Mode
    answered: list[Answered]
    questions: list[GateQuestion]
    assumptions: list[Assumption]
    notes: list[str] = []
