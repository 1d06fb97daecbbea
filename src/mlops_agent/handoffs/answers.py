"""A request whose routing asked something, and the caller's answers to that.

An answer counts as the caller's words: with it the request is routed once more, and what is asked
in it is an ask of its own. An answer that only names what the request's own ask is about is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mlops_agent.boundary.routing import route_text
from mlops_agent.contracts.request import Request
from mlops_agent.contracts.routing import Ask, Routing
from mlops_agent.vocabulary.siblings import Sibling

_APART = "\n\n"
"""Between the request and each answer, so that no ask goes on from one to the next."""


def route_answered(request: Request, roster: Sequence[Sibling]) -> Routing:
    """Route a request, with its answers to the questions that its routing asks."""
    routing = route_text(request.text, roster)
    told = {
        one.id: request.answers[one.id] for one in routing.questions if one.id in request.answers
    }
    if not told:
        return routing
    answered = list(told.values())
    fuller = route_text(with_answers(request.text, answered), roster)
    asks = list(_placed(fuller.asks, request.text, told))
    return fuller.model_copy(update={"asks": asks, "answered": answered})


def with_answers(text: str, answered: Sequence[str]) -> str:
    """A request's text with the answers that its routing rests on."""
    return _APART.join([text, *answered])


def _placed(asks: Sequence[Ask], text: str, told: Mapping[str, str]) -> list[Ask]:
    """The asks with positions in the request, or in the answer that they stand in."""
    own = [one for one in asks if one.start < len(text)]
    owners = {one.owner for one in own}
    placed = [one.model_copy(update=_within(one, 0, text)) for one in own]
    since = len(text) + len(_APART)
    for name, answer in told.items():
        end = since + len(answer)
        here = [one for one in asks if since <= one.start < end]
        placed += [
            one.model_copy(update={**_within(one, since, answer), "answer": name})
            for one in here
            if one.verb or one.owner not in owners
        ]
        since = end + len(_APART)
    return placed


def _within(ask: Ask, since: int, part: str) -> dict[str, str | int]:
    start, end = ask.start - since, min(ask.end - since, len(part))
    return {"start": start, "end": end, "text": part[start:end]}
