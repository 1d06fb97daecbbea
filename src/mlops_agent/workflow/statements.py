"""What of a request tells how things are: the caller's own sentences, without what they ask.

Owns cutting and masking; lengths are kept, so that positions are those of the request. A question
answers nothing, and neither does pasted text, whoever wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mlops_agent.boundary.reading import Passage

_SENTENCE = re.compile(r"(?:[^.!?\n]|[.!?](?!\s|$)){1,1000}[.!?]?")
MOST_READ = 50_000
"""Characters of a caller's own words; nobody answers further down."""
_NO_WORD = re.compile(r"\S{80,}")
"""What no person writes as a word; patterns would try each place in it."""
_ASKS = re.compile(
    r"(?:^|[,;:(]\s*|\s[-\u2013\u2014]\s|\b(?:and|but|so|or|also)\s+)"
    r"(?:what|which|whom?|how|when|where|why|should|shall|can|could|do|does|did|is|are|would|will|"
    r"any|or)\b",
    re.IGNORECASE,
)
_UNMARKED = re.compile(
    r"\s*(?:[-*•]\s*)?(?:what|which|who|how|when|where|should|shall|can (?:you|we))\b"
    r"(?=[^.]*\b(?:should|shall|do|does|is|are|can|could|would|must|need)\b)",
    re.IGNORECASE,
)
_LEFT_OPEN = re.compile(
    r"\b(?:decide|propose|recommend|suggest|choose|pick|advise|define|figure out|work out|find out|"
    r"determine|clarify|needs?|tell (?:me|us)|help (?:me|us)|explain|asks?|asking|ask(?:ed)? me|"
    r"wonder\w*|know|nobody (?:\w+ )?knows(?= whom?\b))\b[^.;]{0,25}?"
    r"\b(?:how|which|what|whom?|whether|when|where|if)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the caller, as half-open positions of the request."""

    start: int
    end: int


def stated(text: str, passages: Iterable[Passage] = ()) -> tuple[str, list[Sentence]]:
    """The text with all that answers nothing blanked, at the same length, and its sentences."""
    kept = list(text)
    for passage in passages:
        _blank(kept, passage.start, passage.end)
    for found in _NO_WORD.finditer("".join(kept)):
        _blank(kept, found.start(), found.end())
    masked = "".join(kept)
    sentences = list(_sentences(masked))
    for one in sentences:
        for start, end in _asked(masked[one.start : one.end]):
            _blank(kept, one.start + start, one.start + end)
    return "".join(kept), sentences


def _sentences(masked: str) -> Iterator[Sentence]:
    """The sentences that say something, up to the most that is read."""
    read = 0
    for found in _SENTENCE.finditer(masked):
        if found.group().strip(" \t.!?"):
            read += found.end() - found.start()
            if read > MOST_READ:
                return
            yield Sentence(found.start(), found.end())


def _asked(sentence: str) -> Iterable[tuple[int, int]]:
    """The parts of a sentence that ask."""
    if sentence.rstrip().endswith("?"):
        asks = _ASKS.search(sentence)
        yield (asks.start() if asks else 0), len(sentence)
    elif _UNMARKED.match(sentence):
        yield 0, len(sentence)
    for left in _LEFT_OPEN.finditer(sentence):
        end = re.compile(r"[;,]|$").search(sentence, left.end())
        yield left.start(), end.start() if end else len(sentence)


def _blank(kept: list[str], start: int, end: int) -> None:
    for at in range(start, min(end, len(kept))):
        if kept[at] != "\n":
            kept[at] = " "
