"""Requests with the routing that they are given, and receivers that see one packet alone."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from mlops_agent.boundary.cutting import read_request
from mlops_agent.contracts.handoff import OURS, Packet
from mlops_agent.contracts.request import Context, Question, Request
from mlops_agent.contracts.routing import Alternative, Ask, AskDecision, Refused, Routing
from mlops_agent.handoffs.packing import Knowing, packets_of

ROLL_BACK = "roll the fraud model back to the version of Monday"
PAGE = "page the on-call when the fraud scores go flat"
ROTATE = "rotate the keys of the feature store"
TEXT = (
    "Fraud scores went flat after last night's deploy in production. Please "
    f"{ROLL_BACK}. Also {PAGE}, and {ROTATE} by Friday. The keys need sign-off from Dana."
    " No PII is involved."
)


def ask(text: str, said: str, owner: str, **more: Any) -> Ask:  # noqa: ANN401
    start = text.index(said)
    verb, _, rest = said.partition(" ")
    decisions: dict[str, AskDecision] = {OURS: "accept", "": "clarify"}
    given: dict[str, Any] = {
        "verb": verb,
        "object": rest,
        "decision": decisions.get(owner, "handoff"),
        "confidence": 0.9,
        "why": f"{rest!r} is {owner}'s",
    }
    return Ask(text=said, start=start, end=start + len(said), owner=owner, **(given | more))


def split() -> Routing:
    """Three owners, ours first; one ask is unsure, and something is asked and refused."""
    unsure = [Alternative(owner="data-engineer", confidence=0.3)]
    return Routing(
        decision="split",
        targets=[OURS, "sre-engineer", "security-engineer"],
        asks=[
            ask(TEXT, ROLL_BACK, OURS),
            ask(TEXT, PAGE, "sre-engineer"),
            ask(TEXT, ROTATE, "security-engineer", confidence=0.6, alternatives=unsure),
        ],
        first=OURS,
        questions=[Question(id="who", question="Who is on call?", why="They are paged.")],
        refused=[Refused(what="skip the gate", why="it would promote unchecked")],
    )


def packed(
    routing: Routing | None = None,
    text: str = TEXT,
    know: Knowing | None = None,
    **scope: Any,  # noqa: ANN401
) -> list[Packet]:
    context = Context(task_id="T-7", parent="C-1")
    request = Request(text=text, context=context, **scope)
    return packets_of(routing or split(), request, read_request(text), know)


@dataclass(frozen=True)
class Receiver:
    """What somebody knows who was given one message: its sections by their titles."""

    message: str

    def section(self, title: str) -> str:
        found = re.search(rf"^## {title}\n\n(.*?)(?=^## |\Z)", self.message, re.M | re.S)
        return found.group(1).strip() if found else ""

    def items(self, title: str) -> list[str]:
        return [line.removeprefix("- ") for line in self.section(title).split("\n") if line]


def as_data(packet: Packet) -> dict[str, Any]:
    """The packet as it arrives: JSON, read by somebody without our records."""
    return json.loads(packet.to_json(indent=None))
