"""Spans of a text that speak to agents, or pass themselves off as a turn of a conversation.

A pure function over one file's text. It is a heuristic for reports and for the quarantine of what
such spans say; nothing is ever allowed because it finds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mlops_agent.distrust.words import Kind, Sign, words

PROSE = (".md", ".rst", ".txt", ".log", ".adoc", ".markdown")
DATA = (".csv", ".tsv", ".json", ".jsonl", ".ipynb", ".lock", ".svg", ".log")
_JSON = (".json", ".jsonl", ".ipynb")
_COMMENT = re.compile(r"[ \t]*(#+|//+|--|;+|\*|%)")
_BESIDE = re.compile(r"[^\"'`\n]*(?:#|//|--)")
"""A comment beside code without a string."""
_MOST_LINES = 8
_MOST = 2000
_MOST_WRITTEN = 256 * 1024
"""Nobody writes more by hand, but for prose: it speaks to nobody, though it may forge a turn."""
_AROUND = 200
"""Characters before a hint, and half of those after it, in which a pattern has to fit."""
_QUOTES = ('"""', "'''")


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open positions in the text, the 1-based line of its start, and what gave it away."""

    start: int
    end: int
    line: int
    kind: Kind


def spans_in(path: str, text: str, *, for_agents: bool = False) -> list[Span]:
    """The spans of a file's text, in order, without overlaps; `for_agents` expects to be spoken to.

    Elements that are not shown do not count in pages and code: a site hides what it likes.
    """
    found: list[Span] = []
    end, line, counted = 0, 1, 0
    for start, kind in sorted(_starts(path, text, for_agents=for_agents)):
        if start < end:
            continue
        end = _end(path, text, start)
        line, counted = line + text.count("\n", counted, start), start
        found.append(Span(start, end, line, kind))
    return found


def without(text: str, spans: list[Span]) -> str:
    """The text with the spans cut out; lines stay lines."""
    parts: list[str] = []
    end = 0
    for span in spans:
        parts += [text[end : span.start], "\n"]
        end = span.end
    return "".join([*parts, text[end:]])


def _starts(path: str, text: str, *, for_agents: bool) -> Iterator[tuple[int, Kind]]:
    low = text.lower()
    if len(low) != len(text):
        # A letter whose small form is longer would shift all that follows.
        low = "".join(one.lower() if one.isascii() else one for one in text)
    written = len(text) <= _MOST_WRITTEN or path.lower().endswith(PROSE)
    for sign in words().signs:
        if (for_agents or not written) and sign.kind == "addressed":
            continue
        if sign.kind == "hidden-element" and not path.lower().endswith((*PROSE, *_JSON)):
            continue
        if sign.prose_only and not path.lower().endswith(PROSE):
            continue
        for begin, end in _windows(low, sign):
            for match in sign.pattern.finditer(text, begin, end):
                yield match.end() - len(match[0].lstrip()), sign.kind


def _windows(low: str, sign: Sign) -> list[tuple[int, int]]:
    """The parts of lines around the hints: looking at all of a text takes long."""
    goes_on = sign.goes_on.match
    places = sorted(
        place for hint in sign.hints for place in _places(low, hint)
        if goes_on(low, place + len(hint))
    )  # fmt: skip
    windows: list[tuple[int, int]] = []
    for place in places:
        begin = max(_line_start(low, place), place - _AROUND)
        end = min(_line_end(low, place, len(low)), place + 2 * _AROUND)
        if windows and begin <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(end, windows[-1][1]))
        else:
            windows.append((begin, end))
    return windows


def _places(low: str, hint: str) -> Iterator[int]:
    place = low.find(hint)
    while place >= 0:
        yield place
        place = low.find(hint, place + len(hint))


def in_html_comment(text: str, place: int) -> bool:
    """Whether a place lies in a comment that a page does not show."""
    opened = text.rfind("<!--", max(0, place - _MOST), place)
    return opened >= 0 and text.find("-->", opened, place) < 0


def in_string(text: str, place: int) -> bool:
    """Whether a place in code lies neither in a comment nor in a string that stands by itself."""
    opened = [text.rfind(quote, 0, place) for quote in _QUOTES if text.count(quote, 0, place) % 2]
    if opened:
        return bool(text[_line_start(text, max(opened)) : max(opened)].strip())
    start = _line_start(text, place)
    return not (_COMMENT.match(text, start) or _BESIDE.match(text, start, place))


def _end(path: str, text: str, start: int) -> int:
    """Where a span ends: with its comment, element, string, paragraph or line, what holds it."""
    limit = min(len(text), start + _MOST)
    if in_html_comment(text, start):
        closed = text.find("-->", start, limit)
        return closed if closed >= 0 else _line_end(text, start, limit)
    line_end = _line_end(text, start, limit)
    if path.lower().endswith(_JSON):
        ends = [at for mark in ("\\n", '",') if (at := text.find(mark, start, line_end)) >= 0]
        return min([line_end, *ends])
    closed = text.find("</", start + 2, line_end)
    if closed >= 0 and "<" in text[_line_start(text, start) : start + 1]:
        return closed
    return _block_end(text, start, limit, prose=path.lower().endswith(PROSE))


def _block_end(text: str, start: int, limit: int, *, prose: bool) -> int:
    """The end of the lines that go on: of a comment with the same mark, of a paragraph."""
    comment = _COMMENT.match(text, _line_start(text, start))
    quoted = any(text.count(quote, 0, start) % 2 for quote in _QUOTES)
    if quoted:
        limit = min([limit, *(at for quote in _QUOTES if (at := text.find(quote, start)) >= 0)])
    end = _line_end(text, start, limit)
    for _ in range(_MOST_LINES):
        if end >= limit:
            break
        following = text[end + 1 : _line_end(text, end + 1, limit)]
        same = comment is not None and (mark := _COMMENT.match(following)) and mark[1] == comment[1]
        if not following.strip() or not (same or (comment is None and (prose or quoted))):
            break
        end = min(limit, end + 1 + len(following))
    return end


def _line_start(text: str, place: int) -> int:
    return text.rfind("\n", 0, place) + 1


def _line_end(text: str, place: int, limit: int) -> int:
    end = text.find("\n", place, limit)
    return limit if end < 0 else end
