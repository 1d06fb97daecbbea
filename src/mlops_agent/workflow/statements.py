"""What of a request tells how things are: the caller's own sentences, without what they ask.

Owns cutting and masking; lengths are kept, so that positions are those of the request. A question
answers nothing, and neither does pasted text, whoever wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mlops_agent.boundary.reading import Passage

_SENTENCE = re.compile(r"(?:(?!\.\s|[!?](?:\s|$)|\n).)+(?:[.!?](?=\s|$))?", re.DOTALL)
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
    r"wonder\w*|know)\b[^.;]{0,25}?\b(?:how|which|what|whom?|whether|when|where|if)\b",
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
    masked = "".join(kept)
    sentences = [Sentence(found.start(), found.end()) for found in _SENTENCE.finditer(masked)]
    for one in sentences:
        for start, end in _asked(masked[one.start : one.end]):
            _blank(kept, one.start + start, one.start + end)
    return "".join(kept), sentences


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
