"""A run's journal, indexed for looking things up: calls, probes, edits and declarations.

Positions are indexes into the list of events, so "later" means "further down in the journal". It
reads events that were verified already and judges nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from mlops_agent.contracts.change import Declaration, ProbeRun
from mlops_agent.contracts.handoff import Packet
from mlops_agent.contracts.journal import (
    AnyEvent,
    CallFinished,
    CallStarted,
    Declared,
    FileEdited,
    HandedOff,
    Probed,
    RepositoryChanged,
    Reran,
    Resumed,
    Routed,
    RunEnded,
    RunStarted,
    ToolResult,
    TurnDecided,
)
from mlops_agent.contracts.report import Isolation
from mlops_agent.contracts.routing import Routing
from mlops_agent.sandbox.secrets.marks import count_marks


@dataclass(frozen=True)
class Ledger:
    """The events of one run, the oldest first."""

    events: Sequence[AnyEvent]

    @cached_property
    def started(self) -> RunStarted | None:
        """The first event, where it is what a run begins with."""
        first = self.events[0] if self.events else None
        return first if isinstance(first, RunStarted) else None

    @cached_property
    def ended(self) -> RunEnded | None:
        """The last event, where the run came to its end."""
        last = self.events[-1] if self.events else None
        return last if isinstance(last, RunEnded) else None

    @cached_property
    def calls(self) -> dict[str, ToolResult]:
        """Results of the calls that finished, by call id."""
        return {e.result.call: e.result for e in self.events if isinstance(e, CallFinished)}

    @cached_property
    def probes(self) -> dict[str, ProbeRun]:
        """Probe runs by their own id."""
        return {e.result.id: e.result for e in self.events if isinstance(e, Probed)}

    @cached_property
    def declarations(self) -> list[Declaration]:
        """Accepted declarations, in order."""
        return [e.declaration for e in self.events if isinstance(e, Declared)]

    @cached_property
    def handoffs(self) -> dict[str, Packet]:
        """Packets that were made, in order, by the call that made them."""
        return {e.call: e.packet for e in self.events if isinstance(e, HandedOff)}

    @cached_property
    def routing(self) -> Routing | None:
        """Whose work the request is, as it was computed last; None where only a driver judged."""
        told = [e.routing for e in self.events if isinstance(e, Routed)]
        return told[-1] if told else None

    @cached_property
    def reran(self) -> Reran | None:
        """What came of running it all again, where the run's last call did so."""
        last = next((e for e in reversed(self.events) if isinstance(e, CallFinished)), None)
        again = next((e for e in reversed(self.events) if isinstance(e, Reran)), None)
        return again if again and last and again.call == last.result.call else None

    @property
    def noticed(self) -> list[str]:
        """What the run saw to be changed in the user's git folder, as it said last."""
        told = [e.differences for e in self.events if isinstance(e, RepositoryChanged)]
        return told[-1] if told else []

    @cached_property
    def isolations(self) -> list[Isolation]:
        """How commands were confined, sitting by sitting."""
        begun = [self.started.isolation] if self.started else []
        again = [e.isolation for e in self.events if isinstance(e, Resumed)]
        return [*begun, *(one for one in again if one)]

    @cached_property
    def allowed(self) -> list[str]:
        """The exact commands that the operator allowed, whenever that was."""
        told = [e.allowed for e in self.events if isinstance(e, RunStarted | Resumed)]
        return list(dict.fromkeys(command for commands in told for command in commands))

    @cached_property
    def redactions(self) -> int:
        """The marks of blanked secrets in the request and in what the driver was shown."""
        shown = [one.text for one in self.calls.values()]
        asked = self.started.request.text if self.started else ""
        return sum(count_marks(text) for text in (asked, *shown))

    @property
    def sittings(self) -> int:
        """How many times the run was begun or taken up again."""
        return 1 + sum(isinstance(event, Resumed) for event in self.events)

    @cached_property
    def purposes(self) -> dict[str, str]:
        """What its author said a probe is, by the id of its run; the last word on a name holds."""
        given: dict[str, str] = {}
        by_name: dict[str, str] = {}
        for event in self.events:
            if isinstance(event, TurnDecided):
                given |= {call.id: _what(call.input) for call in event.calls}
            elif isinstance(event, Probed):
                by_name[event.result.probe] = given.get(event.call) or by_name.get(
                    event.result.probe, ""
                )
        return {name: by_name[run.probe] for name, run in self.probes.items()}

    def start_of(self, call: str) -> int | None:
        """Position at which a call began to act, or None for a call that never did."""
        return self._starts.get(call)

    @cached_property
    def _starts(self) -> dict[str, int]:
        starts: dict[str, int] = {}
        for position, event in enumerate(self.events):
            if isinstance(event, CallStarted):
                # A call that was taken up again after a crash acted for the second time.
                starts[event.call] = position
        return starts

    def edits_after(self, position: int) -> list[FileEdited]:
        """Edits that landed after a position."""
        return [e for e in self.events[position + 1 :] if isinstance(e, FileEdited)]

    def changed_before_declared(self, base: str) -> bool:
        """Whether a call left another tree than the base before the first declaration."""
        for event in self.events:
            if isinstance(event, Declared):
                return False
            if isinstance(event, CallFinished) and event.result.tree_hash not in ("", base):
                return True
        return False

    def hashes_until(self, position: int) -> str:
        """The tree of the last finished call before a position; empty where none names one."""
        for event in reversed(self.events[:position]):
            if isinstance(event, CallFinished) and event.result.tree_hash:
                return event.result.tree_hash
        return ""


def _what(given: dict[str, Any]) -> str:
    """The purpose in the input of a call of Probe, which is as a driver gave it."""
    probe = given.get("probe")
    what = cast("dict[str, Any]", probe).get("what") if isinstance(probe, dict) else None
    return what if isinstance(what, str) else ""
