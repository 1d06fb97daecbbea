"""Two journals of the same run held against each other once the replay has ended.

The driver compares as it goes what it sees: results and requests. This is the rest: what was
edited, declared, probed, handed off and run again, and how the run ended.
"""

from __future__ import annotations

from collections.abc import Sequence

from mlops_agent.contracts.journal import (
    AnyEvent,
    CallFinished,
    Declared,
    Event,
    FileEdited,
    HandedOff,
    Probed,
    Reran,
    Routed,
    RunEnded,
)
from mlops_agent.drivers.differences import told
from mlops_agent.drivers.volatile import plain

COMPARED = (CallFinished, Declared, FileEdited, HandedOff, Probed, Reran, Routed, RunEnded)
DEEDS = (FileEdited, RunEnded)
"""What a run does, whatever its texts say."""
IGNORED: dict[str, frozenset[str]] = {
    "call-finished": frozenset({"seconds", "output_sha256", "effect"}),
    "probed": frozenset({"output_sha256"}),
    "run-ended": frozenset({"report_sha256", "proposed_commit"}),
}
"""Fields that differ from run to run, by kind of event, beside those that every line has.

The report names its run and its times. The proposed commit follows from the base commit and the
proposed tree, and the tree is compared. An effect goes with the vocabulary of programs.
"""
_WORDS = frozenset({"why"})
_OF_LINES = frozenset({"seq", "at", "previous", "digest"})


def difference(
    recorded: Sequence[AnyEvent],
    now: Sequence[AnyEvent],
    kinds: tuple[type[Event], ...] = COMPARED,
) -> str:
    """The first event of some kinds that is not as recorded; empty where all are.

    Of deeds alone the program's own words do not count.
    """
    words = _WORDS if kinds == DEEDS else frozenset[str]()
    before, after = _compared(recorded, kinds, words), _compared(now, kinds, words)
    for one, other in zip(before, after, strict=False):
        if difference := told(str(one["kind"]), one, other):
            return difference
    if len(before) != len(after):
        return f"{len(before)} events recorded, now {len(after)}"
    return ""


def _compared(
    events: Sequence[AnyEvent], kinds: tuple[type[Event], ...], words: frozenset[str]
) -> list[dict[str, object]]:
    compared = [event for event in events if isinstance(event, kinds)]
    last = {_deed(event): number for number, event in enumerate(compared)}
    return [
        _bare(event, words) for number, event in enumerate(compared) if last[_deed(event)] == number
    ]


def _deed(event: AnyEvent) -> tuple[object, ...]:
    """What a run that was stopped and taken up may have done twice; else the event's own number.

    It ends once a sitting, and makes its last call again. A replay does either once.
    """
    match event:
        case RunEnded() | Routed():
            return (event.kind,)
        case CallFinished():
            return event.kind, event.result.call
        case HandedOff() | Reran():
            return event.kind, event.call
        case _:
            return event.kind, event.seq


def _bare(event: AnyEvent, words: frozenset[str]) -> dict[str, object]:
    ignored = {*_OF_LINES, *words, *IGNORED.get(event.kind, ())}
    fields: dict[str, object] = event.model_dump(
        exclude={"result": ignored, **dict.fromkeys(ignored, True)}
    )
    return {name: plain(value) for name, value in fields.items()}
