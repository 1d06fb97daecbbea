"""Where in the exact text a part of the redacted one lies: marks count whole or not at all."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from mlops_agent.sandbox.secrets.marks import mark
from mlops_agent.sandbox.secrets.redactor import Redactor
from mlops_agent.sandbox.secrets.spans import Found, blanked

_ENCODED = "surrogatepass"


def places(text: str, part: str, redactor: Redactor) -> list[tuple[int, int]]:
    """Where a part of what is shown of a text stands in the text itself, as half-open positions.

    A place that would begin or end inside of a mark for a secret is none.
    """
    data, told = (one.encode("utf-8", errors=_ENCODED) for one in (text, part))
    found = redactor.stretches(data)
    at = _Marks(found)
    exact = (
        (at.exact(place), at.exact(place + len(told)))
        for place in _occurrences(blanked(data, found), told)
    )
    return [
        (_characters(data, start), _characters(data, end))
        for start, end in exact
        if start is not None and end is not None
    ]


class _Marks:
    """Where the marks of a redacted text begin and end in it."""

    def __init__(self, found: Sequence[Found]) -> None:
        self._found = found
        self._starts: list[int] = []
        self._ends: list[int] = []
        shift = 0
        for one in found:
            self._starts.append(one.start + shift)
            self._ends.append(one.start + shift + len(mark(one.kind)))
            shift = self._ends[-1] - one.end

    def exact(self, place: int) -> int | None:
        """The place in the exact text, or None for one inside of a mark."""
        before = bisect_right(self._ends, place)
        if bisect_left(self._starts, place) != before:
            return None
        if not before:
            return place
        return place - self._ends[before - 1] + self._found[before - 1].end


def _occurrences(text: bytes, part: bytes) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _characters(data: bytes, place: int) -> int:
    return len(data[:place].decode("utf-8", errors=_ENCODED))
