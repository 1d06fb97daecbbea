"""A second opinion of a model on whose work uncertain asks are: one request, a closed answer.

The text goes out as data and without its secrets. Whatever fails leaves the computed answer as it
is, with a line that says so.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any, cast

from pydantic import ValidationError

from mlops_agent.contracts.base import Record
from mlops_agent.contracts.handoff import OURS
from mlops_agent.contracts.model import Digests, Reply, Tokens
from mlops_agent.contracts.routing import Routing
from mlops_agent.drivers.anthropic.endpoint import Endpoint
from mlops_agent.drivers.anthropic.models import Model
from mlops_agent.drivers.anthropic.received import member
from mlops_agent.drivers.anthropic.replies import tool_uses
from mlops_agent.drivers.volatile import exact_digest
from mlops_agent.errors import MlopsAgentError
from mlops_agent.handoffs.routing import Advice
from mlops_agent.texts import render
from mlops_agent.vocabulary.siblings import Sibling, ours

TOOL = "Owners"
NOBODY, UNCLEAR = "none", "unclear"
"""What may be said beside an owner: no skill's work at all, or not to be told from the text."""
REPLY_TOKENS = 2000
MOST_REQUEST = 8000
"""Characters of the request that are shown around its parts."""
MOST_PART = 1000
MOST_WHY = 200
RETRIES = 2
SECONDS = 60.0


class _Said(Record):
    part: int
    owner: str
    why: str = ""


class ModelAdvisor:
    """Asks one model, once a request.

    Args:
        model: which one, and what is known of it.
        max_usd: what one request may cost at most; it is not sent where it could cost more.
        endpoint: where the request goes.
    """

    def __init__(
        self, model: Model, max_usd: float | None = None, endpoint: Endpoint | None = None
    ) -> None:
        self._model = model
        self._max_usd = max_usd
        self._endpoint = endpoint or Endpoint(RETRIES, SECONDS)

    def __call__(
        self, text: str, routing: Routing, asks: Sequence[int], roster: Sequence[Sibling]
    ) -> Advice:
        """Ask about the asks at these places; what can't be had or read is left out."""
        owners = [OURS, *(one.name for one in roster if one.name != OURS)]
        body = self._body(text, routing, asks, roster, owners)
        dear = self._too_dear(body)
        if dear:
            return Advice({}, dear)
        try:
            reply = self._endpoint.send(body, self._model.card, _digests(body))
        except MlopsAgentError as error:
            return Advice({}, f"{self._unasked()}: {error}. The computed answer stands.")
        said = _said(reply, range(1, len(asks) + 1), {*owners, NOBODY, UNCLEAR})
        opinions = {
            asks[one.part - 1]: (
                "" if one.owner == NOBODY else one.owner,
                _cut(" ".join(one.why.split()), MOST_WHY),
                self._model.name,
            )
            for one in said
            if one.owner != UNCLEAR
        }
        return Advice(opinions, self._note(reply, len(said), len(asks)), self._model.name)

    def _body(
        self,
        text: str,
        routing: Routing,
        asks: Sequence[int],
        roster: Sequence[Sibling],
        owners: Sequence[str],
    ) -> dict[str, Any]:
        system = render(
            "opinion-system.md.j2",
            tool=TOOL,
            nobody=NOBODY,
            unclear=UNCLEAR,
            ours=ours(),
            roster=list(roster),
        )
        parts = [_part(routing, place) for place in asks]
        asked = render("opinion-ask.md.j2", request=_cut(text, MOST_REQUEST), parts=parts)
        most = self._model.card.most_reply or REPLY_TOKENS
        return {
            "model": self._model.name,
            "max_tokens": min(REPLY_TOKENS, most),
            "system": system,
            "tools": [_tool(owners, len(parts))],
            "tool_choice": {"type": "tool", "name": TOOL},
            "messages": [{"role": "user", "content": [{"type": "text", "text": asked}]}],
        }

    def _too_dear(self, body: Mapping[str, Any]) -> str:
        """Why a request is not sent that could cost more than is allowed; else empty."""
        if self._max_usd is None:
            return ""
        # At most a token a character, and all of the reply.
        most = Tokens(input=len(str(body)), output=body["max_tokens"])
        usd = self._model.card.usd(most)
        if usd is not None and usd <= self._max_usd:
            return ""
        return (
            f"{self._unasked()}: it could cost more than the limit of {self._max_usd:g} USD. The"
            " computed answer stands."
        )

    def _unasked(self) -> str:
        return f"The model {self._model.name} could not be asked about what is uncertain"

    def _note(self, reply: Reply, answered: int, asked: int) -> str:
        cost = "at an unknown price" if reply.usd is None else f"for {reply.usd:.4f} USD"
        about = f"{asked} uncertain {'part' if asked == 1 else 'parts'} of the request"
        if not answered:
            return (
                f"The model {self._model.name} was asked about {about} {cost} and gave no answer"
                " that can be used. The computed answer stands."
            )
        return f"The model {self._model.name} was asked about {about}, {cost}."


class _Part(Record):
    text: str
    others: list[str]


def _part(routing: Routing, place: int) -> _Part:
    ask = routing.asks[place]
    named = dict.fromkeys([ask.owner, *(one.owner for one in ask.alternatives)])
    return _Part(text=_cut(ask.text, MOST_PART), others=[one for one in named if one])


def _tool(owners: Sequence[str], parts: int) -> dict[str, Any]:
    said = {
        "part": {"type": "integer", "enum": list(range(1, parts + 1))},
        "owner": {"type": "string", "enum": [*owners, NOBODY, UNCLEAR]},
        "why": {"type": "string"},
    }
    one = {
        "type": "object",
        "properties": said,
        "required": list(said),
        "additionalProperties": False,
    }
    return {
        "name": TOOL,
        "description": "Say whose work each part is.",
        "strict": True,
        "input_schema": {
            "type": "object",
            "properties": {"owners": {"type": "array", "items": one}},
            "required": ["owners"],
            "additionalProperties": False,
        },
    }


def _said(reply: Reply, parts: Container[int], owners: Container[str]) -> list[_Said]:
    """What the model said that has the shape, of each part the first; the rest counts not."""
    said: dict[int, _Said] = {}
    for block in tool_uses(reply.content):
        entries = member(block.get("input"), "owners")
        for entry in cast("list[object]", entries) if isinstance(entries, list) else []:
            try:
                one = _Said.model_validate(entry, strict=True)
            except ValidationError:
                continue
            if one.part in parts and one.owner in owners:
                said.setdefault(one.part, one)
    return list(said.values())


def _digests(body: Mapping[str, Any]) -> Digests:
    parameters = {key: body[key] for key in ("model", "max_tokens", "tool_choice")}
    return Digests(
        system=exact_digest(body["system"]),
        tools=exact_digest(body["tools"]),
        parameters=exact_digest(parameters),
        messages=exact_digest(body["messages"]),
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]} ..."
