"""The turns of a journal with their results, as a driver sees them."""

from __future__ import annotations

from collections.abc import Sequence

from mlops_agent.contracts.journal import (
    AnyEvent,
    CallFinished,
    Prompted,
    Routed,
    ToolResult,
    TurnDecided,
)
from mlops_agent.drivers.anthropic.stops import waits
from mlops_agent.drivers.base import Exchange, Routes, Turn


def recorded_exchanges(events: Sequence[AnyEvent]) -> list[Exchange]:
    """Each turn in order with the results that its calls came to, the last one where made twice.

    Calls without a result (the run was cut off, or had ended) are left out of the results.
    """
    results: dict[str, ToolResult] = {}
    turns: list[Turn] = []
    for event in events:
        if isinstance(event, TurnDecided):
            waiting = event.reply is not None and waits(event.reply)
            turns.append(Turn(event.text, tuple(event.calls), event.reply, waits=waiting))
        elif isinstance(event, CallFinished):
            results[event.result.call] = event.result
    return [
        Exchange(turn, tuple(results[call.id] for call in turn.calls if call.id in results))
        for turn in turns
    ]


def recorded_routes(events: Sequence[AnyEvent]) -> Routes:
    """How much of whose work the request is the driver of a recorded run judged itself."""
    if not any(isinstance(event, Routed) for event in events):
        return "all"
    return "uncertain" if any(isinstance(event, Prompted) for event in events) else "nothing"
