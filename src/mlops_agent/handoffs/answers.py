"""A request whose routing asked something, and the caller's answers to that.

An answer counts as the caller's words: with it the request is routed once more. Positions stay
those of the request, so an ask that rests on an answer spans all of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from mlops_agent.boundary.routing import route_text
from mlops_agent.contracts.request import Request
from mlops_agent.contracts.routing import Ask, Routing
from mlops_agent.vocabulary.siblings import Sibling


def route_answered(request: Request, roster: Sequence[Sibling]) -> Routing:
    """Route a request, with its answers to the questions that its routing asks."""
    routing = route_text(request.text, roster)
    told = [request.answers[one.id] for one in routing.questions if one.id in request.answers]
    if not told:
        return routing
    fuller = route_text("\n".join([request.text, *told]), roster)
    whole = {"text": request.text, "start": 0, "end": len(request.text)}
    asks: dict[str, Ask] = {}
    for ask in fuller.asks:
        asks.setdefault(ask.owner, ask.model_copy(update=whole))
    return fuller.model_copy(update={"asks": list(asks.values()), "answered": told})
