"""Asks beyond the most that one request is read for: none of them loses its owner a packet.

Owns choosing, of asks beyond the limit, the first of each owner who has none among those within
it, and the notes on what was left. It reads no text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from mlops_agent.boundary.owning import NOBODY, Owned
from mlops_agent.boundary.reading import Reading

BEYOND = (
    "The request asks for {number} things more than the {most} that are read one by one: of those"
    " that come last only the first of each further owner is an ask here."
)
UNREAD = (
    "{number} characters in the middle of the request were not read: what they ask for is in no"
    " ask."
)

Judge = Callable[[Reading], Sequence[Owned]]


def with_further(
    reading: Reading, owned: Sequence[Owned], judge: Judge
) -> tuple[Reading, list[Owned]]:
    """A reading and its owners with the first ask beyond the limit of each further owner."""
    known = {one.owner for one in owned} | {"", NOBODY}
    further: list[Owned] = []
    for one in _judged(reading, judge):
        if one.owner not in known:
            known.add(one.owner)
            further.append(one)
    if not further:
        return reading, list(owned)
    cuts = (*reading.cuts, *(one.cut for one in further))
    return replace(reading, cuts=cuts), [*owned, *further]


def notes_on(reading: Reading, further: int) -> list[str]:
    """What to tell of a reading's asks and characters that were left, `further` asks taken in."""
    notes: list[str] = []
    if reading.beyond:
        most = len(reading.cuts) - further
        notes.append(BEYOND.format(number=len(reading.beyond), most=most))
    if reading.unread:
        notes.append(UNREAD.format(number=f"{reading.unread:,}"))
    return notes


def _judged(reading: Reading, judge: Judge) -> Iterator[Owned]:
    """The asks beyond the limit with their owners, as many at a time as within it."""
    most = max(1, len(reading.cuts))
    for place in range(0, len(reading.beyond), most):
        part = reading.beyond[place : place + most]
        yield from judge(replace(reading, cuts=part, context=(), beyond=()))
