"""What a run may take: turns, minutes, tool seconds, dollars.

Checked before each request and before each tool. What an endpoint does not tell is unknown, and
where dollars are limited the unknown stops the run: it must not count as nothing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from mlops_agent.contracts.model import Reply
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
    usd: float | None = None


@dataclass(slots=True)
class Meter:
    """Counts what a run takes. `seconds_before` is what it took before it was resumed."""

    limits: Limits
    turns: int = 0
    tool_calls: int = 0
    tool_seconds: float = 0.0
    seconds_before: float = 0.0
    replies: list[Reply] = field(default_factory=list[Reply])
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
        """Raise LimitReachedError when another tool call would go over a limit.

        Nothing that a reply over the limit of dollars calls for is done; a resumed run does it.
        """
        self._check_usd()
        if self.seconds() >= self.limits.minutes * 60:
            raise LimitReachedError(
                f"the limit of {self.limits.minutes:g} minutes is reached",
                "raise it with --max-minutes",
            )
        if self.tool_seconds >= self.limits.tool_seconds:
            raise LimitReachedError(
                f"tools took the {self.limits.tool_seconds:g} seconds they may take in one run; no "
                "option raises that, so resume would stop here again",
                "start a new run that asks for less",
            )

    def count_call(self, seconds: float) -> None:
        """Book one tool call."""
        self.tool_calls += 1
        self.tool_seconds += seconds

    def count_reply(self, reply: Reply | None) -> None:
        """Book what a model's reply took; None where no model decided."""
        if reply is not None:
            self.replies.append(reply)

    def usd(self) -> float | None:
        """Dollars so far, or None where no model decided or a reply's cost is unknown."""
        costs = [reply.usd for reply in self.replies]
        known = [cost for cost in costs if cost is not None]
        return sum(known) if known and len(known) == len(costs) else None

    def usage(self) -> Usage:
        """What the run took so far; tokens and dollars are None where they are unknown."""
        tokens = [reply.tokens for reply in self.replies]
        known = [one for one in tokens if one is not None]
        counted = bool(known) and len(known) == len(tokens)
        usd = self.usd()
        return Usage(
            turns=self.turns,
            tool_calls=self.tool_calls,
            seconds=round(self.seconds(), 1),
            input_tokens=sum(one.prompt() for one in known) if counted else None,
            output_tokens=sum(one.output for one in known) if counted else None,
            cache_read_tokens=sum(one.cache_read for one in known) if counted else None,
            cache_misses=[reply.cache_miss for reply in self.replies if reply.cache_miss],
            usd=None if usd is None else round(usd, 6),
        )

    def _check_usd(self) -> None:
        if self.limits.usd is None or not self.replies:
            return
        spent = self.usd()
        if spent is None:
            raise LimitReachedError(
                "the endpoint did not tell what a reply took, so --max-usd can't be held",
                "use an endpoint that tells its usage, or start a run without --max-usd",
            )
        if spent >= self.limits.usd:
            raise LimitReachedError(
                f"the limit of {self.limits.usd:g} USD is reached ({spent:.2f} spent)",
                "raise it with --max-usd",
            )
