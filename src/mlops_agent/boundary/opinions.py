"""A second opinion on whose an uncertain ask is: where it is worth having, and what it does.

Owns how an opinion changes a routing. What was declined stays so: no opinion turns harm into work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mlops_agent.boundary.asking import questions
from mlops_agent.boundary.decided import questions_of
from mlops_agent.boundary.deciding import concluded, decision_on
from mlops_agent.boundary.owning import SURE
from mlops_agent.contracts.request import Question
from mlops_agent.contracts.routing import Ask, Routing

OPINION = 0.75
"""The confidence in an owner that a model named."""


def uncertain(routing: Routing) -> list[int]:
    """The places of the asks whose owner their words do not show, or hardly."""
    return [
        number
        for number, ask in enumerate(routing.asks)
        if ask.decision != "decline" and (not ask.owner or ask.confidence < SURE)
    ]


def with_opinions(routing: Routing, opinions: Mapping[int, tuple[str, str, str]]) -> Routing:
    """The routing once uncertain asks have the owners that a model named.

    Args:
        routing: what was decided from the words alone.
        opinions: by an ask's place: owner (empty for nobody's), why, and the model's name. Those
            on asks that are not uncertain are left aside.
    """
    open_to = set(uncertain(routing))
    asks = [
        _opined(ask, *opinions[place]) if place in opinions and place in open_to else ask
        for place, ask in enumerate(routing.asks)
    ]
    settled = concluded(asks)
    kept = routing.first if routing.first in settled.targets else ""
    unclear = settled.decision == "clarify"
    return routing.model_copy(
        update={
            "asks": asks,
            "decision": settled.decision,
            "targets": list(settled.targets),
            "first": settled.first or kept,
            "questions": (routing.questions or _asked(asks)) if unclear else [],
        }
    )


def _opined(ask: Ask, owner: str, why: str, model: str) -> Ask:
    return ask.model_copy(
        update={
            "owner": owner,
            "decision": decision_on(owner) if owner else "decline",
            "confidence": OPINION,
            "why": why,
            "opinion": model,
            "alternatives": [one for one in ask.alternatives if one.owner != owner],
        }
    )


def _asked(asks: Sequence[Ask]) -> list[Question]:
    return questions_of(questions("\n".join(ask.text for ask in asks)))
