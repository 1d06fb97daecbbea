"""Finding secrets by the formats of the vocabulary, a piece of text at a time.

A format is tried only on the lines that hold one of its words; that never changes what is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, reduce

from mlops_agent.sandbox.secrets.judging import holds_up
from mlops_agent.sandbox.secrets.spans import Found
from mlops_agent.vocabulary.secrets import SecretFormat, secret_formats

Window = tuple[int, int]
_ESCAPES = (rb"\n", rb"\t", rb"\r")
_BREAK = b"\x0b\x0b"
_AS_PASSWORD = (
    rb"(?:(?:(?i:passw(?:or)?d|passphrase|pwd|_pass)[0-9]?\\{0,3}[\"']?\]?[ \t]{0,8}(?:=>|:=|=|:)"
    rb"[ \t]{0,8}\\{0,3}[\"']?)(?P<secret>%(words)s)(?![\w.(/-])"
    rb"|://[^\s:/@]{0,100}:(?P<inside>%(words)s)@)"
)


def find_formats(data: bytes, *, prefilter: bool = True) -> Iterator[Found]:
    """Yield what fits a format and holds up; without `prefilter` every format is tried on all."""
    # Escaped line feeds and tabs end a word as real ones do; the copy has the same positions.
    text = reduce(lambda so_far, one: so_far.replace(one, _BREAK), _ESCAPES, data)
    lower = text.lower()
    present = frozenset(lower)
    for rank, one in enumerate(secret_formats()):
        windows = _near(one, lower, present) if prefilter else [(0, len(data))]
        yield from _find(one, rank, data, lower if one.fold else text, windows)


def find_passwords(data: bytes, words: tuple[bytes, ...]) -> Iterator[Window]:
    """Yield where one of these words stands as a password: behind such a name, or in a URL."""
    if any(word in data for word in words):
        for match in _as_password(words).finditer(data):
            yield match.span("secret" if match["secret"] else "inside")


@cache
def _as_password(words: tuple[bytes, ...]) -> re.Pattern[bytes]:
    longest_first = sorted(words, key=len, reverse=True)
    either = b"|".join(re.escape(one) for one in longest_first)
    return re.compile(_AS_PASSWORD % {b"words": either})


def _near(one: SecretFormat, lower: bytes, present: frozenset[int]) -> list[Window]:
    """The lines that hold a word of a format, with as many after them as it can span."""
    windows: set[Window] = set()
    for word in one.words:
        if not present.issuperset(word):
            continue
        at = lower.find(word)
        while at >= 0:
            end = lower.find(b"\n", at)
            stop = _end_of_lines(lower, end, one.lines)
            windows.add((lower.rfind(b"\n", 0, at) + 1, stop))
            at = -1 if end < 0 else lower.find(word, end)
    return sorted(windows)


def _end_of_lines(lower: bytes, end: int, lines: int) -> int:
    """Where so many lines end, the first of them at `end`; its line feed is in."""
    for _ in range(lines - 1):
        if end >= 0:
            end = lower.find(b"\n", end + 1)
    return len(lower) if end < 0 else end + 1


def _find(
    one: SecretFormat, rank: int, data: bytes, text: bytes, windows: Sequence[Window]
) -> Iterator[Found]:
    if not windows:
        return
    pattern = one.pattern
    group = "secret" if "secret" in pattern.groupindex else 0
    for at, stop in windows:
        while match := pattern.search(text, at, stop):
            start, end = match.span(group)
            held = holds_up(one.judge, data[start:end])
            if held:
                yield Found(start, end, rank, one.name)
            # A value that is none may be the name before one that is: `token: password: ...`.
            at = max(end, match.end()) if held else max(match.start() + 1, start)  # noqa: PLW2901
