"""Private keys in PEM blocks: each line of the body is blanked, so that lines keep their numbers.

A block may be cut at either end, stand behind line numbers or diff marks, or be one line of JSON.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from mlops_agent.sandbox.secrets.spans import Found

KIND = "private-key"
RANK = -1
MOST = 16 * 1024
"""Bytes of a body; a longer one is no key."""
_BEGIN = re.compile(rb"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_END = re.compile(rb"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_RUN = re.compile(rb"(?:(?<=\\n)|(?<![A-Za-z0-9+/\\]))[A-Za-z0-9+/]{16,}={0,2}(?![A-Za-z0-9+/])")
_LAST = re.compile(rb"[A-Za-z0-9+/]{1,76}={0,2}\s*$")
_BODY_LINE = re.compile(rb"[A-Za-z0-9+/]{60,76}={0,2}\s*$")


def has_key(data: bytes) -> bool:
    """Whether a private key's block begins or ends in a text."""
    return b"PRIVATE KEY" in data


def find_keys(data: bytes) -> Iterator[Found]:
    """Yield the stretches of key bodies in a text, one a line."""
    if not has_key(data):
        return
    begins = [one.end() for one in _BEGIN.finditer(data)]
    ends = [one.start() for one in _END.finditer(data)]
    for begin in begins:
        stop, nested = _next(ends, begin, len(data)), _next(begins, begin, len(data))
        until = min(stop, nested, begin + MOST)
        # What stands between two names of the marks in code is no key.
        whole = stop == until < len(data) and _RUN.search(data, begin, until) is not None
        yield from _body(data, begin, until, whole=whole)
    for number, end in enumerate(ends):
        above = bisect_left(begins, end) - 1
        since = ends[number - 1] if number else -1
        if above < 0 or begins[above] < max(since, end - MOST):
            yield from _headless(data, end)


def _next(places: list[int], after: int, otherwise: int) -> int:
    at = bisect_right(places, after)
    return places[at] if at < len(places) else otherwise


def _body(data: bytes, begin: int, stop: int, *, whole: bool) -> Iterator[Found]:
    """The runs of each line between the two; of a block without an end while lines are body."""
    at = begin
    while at < stop:
        feed = data.find(b"\n", at, stop)
        end = stop if feed < 0 else feed
        line = data[at:end]
        runs = [one.span() for one in _RUN.finditer(line)]
        if not runs and (short := _LAST.search(line)) and (whole or at > begin):
            runs = [short.span()]
        if runs:
            yield Found(at + runs[0][0], at + runs[-1][1], RANK, KIND)
        elif not whole and at > begin and line.strip():
            return
        at = end + 1


def _headless(data: bytes, end: int) -> Iterator[Found]:
    """The body lines above an END whose BEGIN was cut off."""
    first = data.rfind(b"\n", 0, end) + 1
    if first < end:
        yield from _body(data, first, end, whole=True)
    at = first
    while at > max(0, end - MOST):
        start = data.rfind(b"\n", 0, at - 1) + 1
        line = data[start : at - 1]
        body = _BODY_LINE.search(line) or (at == first and _LAST.search(line))
        if not body:
            return
        yield Found(start + body.start(), start + body.end(), RANK, KIND)
        at = start
