"""A hand-off packet: work that is somebody else's, complete enough to start from it alone.

The driver gives the work; the program fills in identity and control, and judges the facts.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mlops_agent.contracts.base import Document, Record
from mlops_agent.contracts.skill import OURS

MOST_BYTES = 4096
"""A packet's size as JSON: the receiver reads it whole before it begins."""


class Span(Record):
    """A part of the request, as half-open character positions."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str


class Fact(Record):
    """Something that the receiver may rely on where `verified`, judged by the program."""

    claim: str = Field(min_length=1)
    evidence: list[str] = []
    verified: bool = False


class Artifact(Record):
    """A file that comes with the packet."""

    uri: str
    sha256: str


class Why(Record):
    """Why the work is the receiver's: the rule, what spoke for it, and who else it could be."""

    rule: str
    signals: list[str] = []
    confidence: float = Field(default=1.0, ge=0, le=1)
    alternatives: list[str] = []


class Order(Record):
    """Which comes first where the work of two owners touches."""

    depends_on: list[str] = []
    mitigate_first: bool = False


class Constraints(Record):
    """What binds the receiver as it binds the sender."""

    approvals: list[str] = []
    deadline: str = ""
    risk_class: str = ""
    data_class: str = ""


class Trust(Record):
    """Which parts of the packet are somebody's text and not instruction."""

    untrusted_text: list[str] = []
    injection_seen: bool = False


class Packet(Document):
    """One hand-off. `sender` and `receiver` are skills, as `from` and `to` in JSON.

    `to_available` says whether the receiver is installed here. `redactions` counts what was blanked
    out. `return_contract` says what is expected back, and where.
    """

    schema_: Literal["mlops-agent/handoff/1"] = Field(
        default="mlops-agent/handoff/1", alias="schema"
    )
    packet_id: str
    task_id: str = ""
    context_id: str = ""
    sender: str = Field(default=OURS, alias="from")
    receiver: str = Field(alias="to")
    to_available: bool = False
    decision: Literal["handoff", "split"]
    request_verbatim: str
    spans: list[Span] = []
    why: Why
    goal: str = Field(min_length=1)
    scope_in: list[str] = []
    scope_out: list[str] = []
    done: list[str] = []
    remaining: list[str] = []
    decisions: list[str] = []
    assumptions: list[str] = []
    open_questions: list[str] = []
    order: Order = Order()
    facts: list[Fact] = []
    artifacts: list[Artifact] = []
    constraints: Constraints = Constraints()
    trust: Trust = Trust()
    redactions: int = 0
    return_to: str = OURS
    return_contract: str = ""
