"""Notices a driver that goes round in circles, from calls and results alone.

A step is (tool, canonical input, digest of the result). The words around a call do not count, so
changing them hides nothing; a poll whose result changes is not stuck. Thresholds follow the stuck
detectors of published agent loops, lowered because our tools are deterministic.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from mlops_agent.contracts.journal import ToolCall, ToolResult
from mlops_agent.drivers.base import Exchange

NUDGE_AFTER = 3
STOP_AFTER = 5
ALTERNATIONS = 3

Verdict = Literal["fine", "nudge", "stop"]


@dataclass(frozen=True, slots=True)
class Step:
    """What was done and what came of it, in a form that compares equal when nothing changed."""

    tool: str
    input: str
    digest: str


def step(call: ToolCall, result: ToolResult) -> Step:
    """Reduce a call and its result to what tells one step from another."""
    canonical = json.dumps(call.input, sort_keys=True, ensure_ascii=False)
    told = f"{result.ok}\0{result.exit_code}\0{result.tree_hash}\0{_plain(result.text)}"
    return Step(call.tool, canonical, hashlib.sha256(told.encode(errors="replace")).hexdigest())


def steps(history: Iterable[Exchange]) -> list[Step]:
    """All steps of a history, oldest first.

    Alike ones of one turn are one: the driver had seen no result when it decided on the second.
    """
    return [
        one
        for exchange in history
        for one in dict.fromkeys(
            step(call, result)
            for call, result in zip(exchange.turn.calls, exchange.results, strict=True)
        )
    ]


def judge(done: Sequence[Step]) -> Verdict:
    """Say whether the last steps repeat: "nudge" at 3 alike, "stop" at 5 or at A-B-A-B-A-B."""
    if not done:
        return "fine"
    alike = 0
    for earlier in reversed(done):
        if earlier != done[-1]:
            break
        alike += 1
    if alike >= STOP_AFTER or _alternates(done):
        return "stop"
    return "nudge" if alike >= NUDGE_AFTER else "fine"


def _alternates(done: Sequence[Step]) -> bool:
    tail = list(done[-2 * ALTERNATIONS :])
    if len(tail) < 2 * ALTERNATIONS or tail[0] == tail[1]:
        return False
    return all(one == tail[index % 2] for index, one in enumerate(tail))


NUDGE = "\n[the same call gave the same result {times} times: do something else, or end the run]"


def _plain(text: str) -> str:
    """The text without our own nudge, which would make the fourth result differ from the third."""
    return text.split("\n[the same call gave the same result ", 1)[0]
