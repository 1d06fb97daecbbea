"""What a run may take: turns, minutes, tool seconds; checked before each request and each tool."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from mlops_agent.contracts.report import Usage
from mlops_agent.errors import LimitReachedError

MAX_TURNS = 80
MAX_MINUTES = 30.0
MAX_TOOL_SECONDS = 1500.0


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one run; a resumed run counts what it took before."""

    turns: int = MAX_TURNS
    minutes: float = MAX_MINUTES
    tool_seconds: float = MAX_TOOL_SECONDS


@dataclass(slots=True)
class Meter:
    """Counts what a run takes. `seconds_before` is what it took before it was resumed."""

    limits: Limits
    turns: int = 0
    tool_calls: int = 0
    tool_seconds: float = 0.0
    seconds_before: float = 0.0
    started: float = field(default_factory=time.monotonic)

    def seconds(self) -> float:
        """Wall-clock seconds of the run, all its sittings together."""
        return self.seconds_before + time.monotonic() - self.started

    def check_turn(self) -> None:
        """Raise LimitReachedError when another turn would go over a limit."""
        if self.turns >= self.limits.turns:
            raise LimitReachedError(
                f"the limit of {self.limits.turns} turns is reached", "raise it with --max-turns"
            )
        self.check_tool()

    def check_tool(self) -> None:
        """Raise LimitReachedError when another tool call would go over a limit."""
        if self.seconds() >= self.limits.minutes * 60:
            raise LimitReachedError(
                f"the limit of {self.limits.minutes:g} minutes is reached",
                "raise it with --max-minutes",
            )
        if self.tool_seconds >= self.limits.tool_seconds:
            raise LimitReachedError(
                f"tools took the {self.limits.tool_seconds:g} seconds they may take"
            )

    def count_call(self, seconds: float) -> None:
        """Book one tool call."""
        self.tool_calls += 1
        self.tool_seconds += seconds

    def usage(self) -> Usage:
        """What the run took so far; tokens and dollars stay unknown for drivers without a model."""
        return Usage(turns=self.turns, tool_calls=self.tool_calls, seconds=round(self.seconds(), 1))
