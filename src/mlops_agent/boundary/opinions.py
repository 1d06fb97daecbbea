"""Which asks a second opinion is worth having on."""

from __future__ import annotations

from mlops_agent.contracts.routing import Routing

SURE = 0.6
"""Confidence from which the words of an ask are taken to show its owner."""


def uncertain(routing: Routing) -> list[int]:
    """The places of the asks whose owner their words do not show, or hardly."""
    return [
        number
        for number, ask in enumerate(routing.asks)
        if ask.decision != "decline" and (not ask.owner or ask.confidence < SURE)
    ]
