"""What a run tells while it works, made from what the loop has: to a watcher, or to nobody.

Nothing in a run depends on what a watcher does, but one that raises ends the run.
"""

from __future__ import annotations

from typing import Any, Protocol, cast

from mlops_agent.contracts.journal import ToolCall, ToolResult
from mlops_agent.contracts.progress import Acted, Acting, AnyProgress, Decided
from mlops_agent.drivers.base import Turn
from mlops_agent.engine.limits import Meter

FIRST_WORDS = 120
_TELLING = ("command", "path", "pattern", "receiver", "name", "title", "rule", "summary", "why")
"""The keys of an input that say most about a call, the first that is there is told."""


class Watcher(Protocol):
    """Hears what happens, in order, on the thread that runs the loop."""

    def __call__(self, event: AnyProgress, /) -> None:
        """Take one event."""
        ...


def silent(_event: AnyProgress) -> None:
    """A watcher that does nothing."""


def decided(turn: Turn, meter: Meter) -> Decided:
    """The event of a turn that was booked, with what the run took so far."""
    usage = meter.usage()
    return Decided(
        turn=usage.turns,
        text=turn.text,
        tools=[call.tool for call in turn.calls],
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        usd=usage.usd,
    )


def acting(call: ToolCall) -> Acting:
    """The event of a call that is about to act, with the first words of its input."""
    nested = call.input.get("probe")
    given = cast("dict[str, Any]", nested) if isinstance(nested, dict) else call.input
    told = next((given[key] for key in _TELLING if given.get(key)), "")
    return Acting(call=call.id, tool=call.tool, text=_first_words(told))


def acted(result: ToolResult) -> Acted:
    """The event of a call that came to its end."""
    return Acted(
        call=result.call,
        tool=result.tool,
        ok=result.ok,
        text=_first_words(result.text),
        seconds=result.seconds,
    )


def _first_words(value: object) -> str:
    if not isinstance(value, str):
        return ""
    return " ".join(value[: 4 * FIRST_WORDS].split())[:FIRST_WORDS]
