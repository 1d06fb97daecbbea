"""Stretches of a text that are to be blanked: found by several hands, merged, replaced once.

A stretch never reaches into a mark that is there already.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mlops_agent.sandbox.secrets.marks import MARK_BYTES, mark


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """Half-open byte positions of a secret; of overlapping ones the lowest `rank` names it."""

    start: int
    end: int
    rank: int
    kind: str


def stretches(data: bytes, found: Iterable[Found]) -> list[Found]:
    """What is to be blanked of a text, in order, apart; what touches a mark is left alone."""
    return _merged(sorted(_clear(data, found)))


def blanked(data: bytes, found: Sequence[Found]) -> bytes:
    """The text with a mark for each of these, which are in order and apart; or the very same."""
    if not found:
        return data
    parts: list[bytes] = []
    at = 0
    for one in found:
        parts += [data[at : one.start], mark(one.kind)]
        at = one.end
    return b"".join([*parts, data[at:]])


def beneath(found: Sequence[Found], before: Sequence[Found]) -> list[Found]:
    """Stretches of a text in which others were blanked before, with these, as of the exact text."""
    exact: list[Found] = []
    shift, at = 0, 0
    for one in found:
        while at < len(before) and before[at].start + shift < one.start:
            exact.append(before[at])
            shift += len(mark(before[at].kind)) - (before[at].end - before[at].start)
            at += 1
        exact.append(replace(one, start=one.start - shift, end=one.end - shift))
    return [*exact, *before[at:]]


def _clear(data: bytes, found: Iterable[Found]) -> list[Found]:
    marks = [one.span() for one in MARK_BYTES.finditer(data)]
    if not marks:
        return list(found)
    starts = [start for start, _ in marks]
    return [one for one in found if not _touches(one, marks, starts)]


def _touches(one: Found, marks: Sequence[tuple[int, int]], starts: Sequence[int]) -> bool:
    """Whether the last mark that begins before the stretch ends reaches into it."""
    before = bisect_left(starts, one.end)
    return before > 0 and marks[before - 1][1] > one.start


def _merged(found: Sequence[Found]) -> list[Found]:
    merged: list[Found] = []
    for one in found:
        if merged and one.start < merged[-1].end:
            last = merged.pop()
            named = min(last, one, key=lambda each: each.rank)
            one = Found(last.start, max(last.end, one.end), named.rank, named.kind)  # noqa: PLW2901
        merged.append(one)
    return merged
