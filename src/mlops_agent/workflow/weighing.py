"""Needs that a sentence tells in words that no pattern knows, and patterns that its words belie.

Owns cutting sentences into pieces and weighing the words of each, with what the patterns found
there as further words. What the words lean to was learned (`vocabulary/gates/leaning`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mlops_agent.boundary.stemming import stems
from mlops_agent.vocabulary.gates import gate_words
from mlops_agent.vocabulary.gates.leaning import START, kinds, leaning, parts
from mlops_agent.workflow.statements import Sentence
from mlops_agent.workflow.telling import taken_back

Span = tuple[int, int]
"""Half-open positions of the request."""
_FOUND = "="


def weighed(text: str, sentences: Iterable[Sentence], found: Mapping[str, Span]) -> dict[str, Span]:
    """The needs that are told, by what patterns `found` of them and by the words around.

    A need that no pattern found has the whole piece that tells it for its place.
    """
    learned = leaning()
    believed: set[str] = set()
    told: dict[str, tuple[float, Span]] = {}
    for one, span in pieces(text, sentences):
        here = {name for name, (start, end) in found.items() if start < span[1] and span[0] < end}
        for name, weight in _weights(words(text[span[0] : span[1]], here)).items():
            if name in here and weight > learned.doubts:
                believed.add(name)
            elif (
                name not in found
                and weight > told.get(name, (learned.tells,))[0]
                and not taken_back(gate_words().slots[name], text, one, span)
            ):
                told[name] = weight, span
    kept = {
        n: span for n, span in found.items() if n in believed or n not in learned.weights[START]
    }
    return kept | {name: span for name, (_, span) in told.items()}


def pieces(text: str, sentences: Iterable[Sentence]) -> Iterator[tuple[Sentence, Span]]:
    """The pieces of each sentence that hold a word, without the blanks around them."""
    for one in sentences:
        cuts = [found.span() for found in parts().finditer(text, one.start, one.end)]
        starts = [one.start, *(end for _, end in cuts)]
        ends = [*(start for start, _ in cuts), one.end]
        for start, end in zip(starts, ends, strict=True):
            piece = text[start:end]
            if piece.strip():
                lead = len(piece) - len(piece.lstrip())
                yield one, (start + lead, start + lead + len(piece.strip()))


def words(piece: str, found: Iterable[str]) -> set[str]:
    """What of a piece is weighed: its stems, and the needs that patterns found in it."""
    for pattern, kind in kinds():
        piece = pattern.sub(kind, piece)
    return {*stems(piece), *(f"{_FOUND}{name}" for name in found)}


def _weights(held: Iterable[str]) -> dict[str, float]:
    """What the words of a piece weigh together, by need."""
    known = leaning().weights
    sums = dict(known[START])
    for word in held:
        for name, weight in known.get(word, {}).items():
            sums[name] += weight
    return sums
