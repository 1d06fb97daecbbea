"""A journal read as the history that a driver sees, and what a crash left open.

The journal is the state: whatever a new process needs to go on is taken from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from mlops_agent.contracts.change import Declaration
from mlops_agent.contracts.handoff import Packet
from mlops_agent.contracts.journal import (
    AnyEvent,
    CallFinished,
    CallStarted,
    Declared,
    HandedOff,
    Prompted,
    Resumed,
    Routed,
    RunEnded,
    RunStarted,
    TurnDecided,
)
from mlops_agent.contracts.model import Prompt, Reply
from mlops_agent.contracts.routing import Routing
from mlops_agent.drivers.base import Exchange
from mlops_agent.drivers.recording import recorded_exchanges
from mlops_agent.errors import BadInputError

INTERRUPTED = "interrupted; outcome unknown, look before you repeat"
UNREPEATABLE = frozenset({"Bash", "Edit", "Write"})
"""Calls that may have acted before they were cut off. Others are made again."""
ENDING = frozenset({"Ask", "HandOff", "Report", "NoChange"})
"""Calls that can end a run."""


@dataclass(slots=True)
class Past:
    """What a journal tells.

    `begun` is the last turn where not all of its calls have finished; `lost` are those of its calls
    that began. `tree_hash` is the worktree's git tree after the last finished call, empty before
    the first. `seconds` does not count the time between a crash and the resumption.
    """

    started: RunStarted
    history: list[Exchange]
    begun: Exchange | None
    lost: list[str]
    declarations: list[Declaration]
    handoffs: dict[str, Packet]
    routing: Routing | None
    answers: dict[str, str]
    ended: RunEnded | None
    tree_hash: str
    seconds: float
    replies: list[Reply]
    prompt: Prompt | None
    model: str
    max_usd: float | None


def read_past(events: Sequence[AnyEvent]) -> Past:
    """Read a verified journal; raises BadInputError when it does not begin with run-started."""
    first = events[0] if events else None
    if not isinstance(first, RunStarted):
        raise BadInputError("the run stopped before it began", "start a new one")
    history = recorded_exchanges(events)
    begun = history.pop() if history and not _whole(history[-1]) else None
    results = [event.result for event in events if isinstance(event, CallFinished)]
    sitting = next((event for event in reversed(events) if isinstance(event, Resumed)), first)
    return Past(
        started=first,
        history=history,
        begun=begun,
        lost=_lost(events, begun),
        declarations=[event.declaration for event in events if isinstance(event, Declared)],
        handoffs={one.call: one.packet for one in events if isinstance(one, HandedOff)},
        routing=next((one.routing for one in reversed(events) if isinstance(one, Routed)), None),
        answers=_answers(events, first),
        ended=events[-1] if isinstance(events[-1], RunEnded) else None,
        tree_hash=next((one.tree_hash for one in reversed(results) if one.tree_hash), ""),
        seconds=_seconds(events),
        prompt=next((one.prompt for one in reversed(events) if isinstance(one, Prompted)), None),
        model=sitting.model,
        max_usd=sitting.max_usd,
        replies=[one.reply for one in events if isinstance(one, TurnDecided) and one.reply],
    )


def reopen(past: Past) -> None:
    """Take back a last turn that can end the run (Ask, HandOff, ...), so that it is made again.

    These do nothing but end it: the answers may be there now, and a process that died between the
    call and the run's end has to come to the same end.
    """
    last = past.begun or (past.history[-1] if past.history else None)
    if last is None or not last.results:
        return
    if last.results[-1].ok and last.results[-1].tool in ENDING:
        if past.begun is None:
            past.history.pop()
        past.begun = Exchange(last.turn, last.results[:-1])


def _whole(exchange: Exchange) -> bool:
    return len(exchange.results) == len(exchange.turn.calls)


def _lost(events: Sequence[AnyEvent], begun: Exchange | None) -> list[str]:
    if begun is None:
        return []
    started = {event.call for event in events if isinstance(event, CallStarted)}
    finished = {result.call for result in begun.results}
    return [call.id for call in begun.turn.calls if call.id in started - finished]


def _answers(events: Sequence[AnyEvent], started: RunStarted) -> dict[str, str]:
    answers = dict(started.request.answers)
    for event in events:
        if isinstance(event, Resumed):
            answers |= event.answers
    return answers


def _seconds(events: Sequence[AnyEvent]) -> float:
    """Seconds from event to event, without the time between a crash and the resumption."""
    total = 0.0
    for before, after in pairwise(events):
        if not isinstance(after, Resumed):
            passed = datetime.fromisoformat(after.at) - datetime.fromisoformat(before.at)
            total += max(0.0, passed.total_seconds())
    return total
