"""Text into sentences of words, each with its place in the request.

Owns where a word and a sentence begin and end. It knows no word's meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from mlops_agent.boundary.words import words

_WORD = re.compile(
    r"""https?://[^\s<>"']+|[#@]?[^\W_]\w*(?:[-'\u2019./@:=#%+\u2010\u2011]\w+)*%?|--?\w[\w-]*|\n|[^\w\s]|_\w*"""
)
_SHORT_STRETCH = 2000
"""Characters up to which a stretch's sentences are kept for a while."""
_WRAPPED = 45
"""A line at least this long may have been broken by an editor."""
_ENDS = frozenset(".!?\u2026\n\u2022\u3002\uff01\uff1f")
_SHORT = frozenset(
    {"e.g", "i.e", "eg", "ie", "vs", "approx", "etc", "incl", "resp", "no", "fig", "al"}
)
_STRAIGHT = str.maketrans({"\u2019": "'", "\u2018": "'", "\u2010": "-", "\u2011": "-"})


@dataclass(frozen=True, slots=True)
class Sentence:
    """Lower-case words and marks with their half-open places in the request.

    `asked` says that a question mark ends it.
    """

    low: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    asked: bool = False

    def __len__(self) -> int:
        """How many words and marks there are."""
        return len(self.low)

    def at(self, place: int) -> str:
        """The word at a place, empty beyond either end."""
        return self.low[place] if 0 <= place < len(self.low) else ""


def sentences(text: str, start: int, end: int) -> Iterable[Sentence]:
    """The sentences of a stretch of text; a line's end is one too (callers join soft breaks)."""
    if end - start <= _SHORT_STRETCH:
        return _kept_sentences(text, start, end)
    return _sentences(text, start, end)


@lru_cache(maxsize=64)
def _kept_sentences(text: str, start: int, end: int) -> tuple[Sentence, ...]:
    """Those of a stretch of the request at hand, which is looked at more than once."""
    return tuple(_sentences(text, start, end))


def _sentences(text: str, start: int, end: int) -> Iterator[Sentence]:
    low: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for found in _WORD.finditer(text, start, end):
        word = found.group()
        if word == "\n" and not _breaks(text, found.start(), end):
            continue
        if word in _ENDS and _closes(text, found.end(), end, word, low):
            if low:
                yield Sentence(tuple(low), tuple(starts), tuple(ends), word in "?\uff1f")
            low, starts, ends = [], [], []
            continue
        low.append((word if word.isascii() else word.translate(_STRAIGHT)).lower())
        starts.append(found.start())
        ends.append(found.end())
    if low:
        yield Sentence(tuple(low), tuple(starts), tuple(ends))


def _closes(text: str, after: int, end: int, mark: str, low: list[str]) -> bool:
    if mark != ".":
        return True
    if low and (low[-1] in _SHORT or (len(low) == 1 and low[0].isdigit())):
        return False
    return after >= end or text[after].isspace() or text[after] in "\"')]\u201d*"


def _breaks(text: str, place: int, end: int) -> bool:
    """Whether a line's end ends a sentence: not where the next line goes on in small letters."""
    after = text[place + 1 : min(place + 200, end)].lstrip(" \t")
    before = text[max(0, place - 60) : place].rstrip(" \t")
    if after[:1] == "\n" or not after or not before:
        return True
    hyphen = before[-1] == "-" and before[-2:-1].isalpha()
    if hyphen or before[-1] in ",\u2013(" or before.rsplit(None, 1)[-1].lower() in words().going_on:
        return False
    line = before.rsplit("\n", 1)[-1]
    return not (after[:1].islower() and len(line) > _WRAPPED)
