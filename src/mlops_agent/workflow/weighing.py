"""Needs that a sentence tells in words that no pattern knows, and patterns that its words belie.

Owns cutting sentences into pieces and weighing the words of each, with what the patterns found
there as further words. What the words lean to was learned (`vocabulary/gates/leaning`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mlops_agent.boundary.stemming import stems
from mlops_agent.contracts.gates import OpenGate
from mlops_agent.vocabulary.gates import gate_words
from mlops_agent.vocabulary.gates.leaning import START, kinds, leaning, parts
from mlops_agent.workflow.statements import Sentence
from mlops_agent.workflow.telling import taken_back

Span = tuple[int, int]
"""Half-open positions of the request."""
_FOUND = "="


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A piece of a sentence, what patterns found in it, and how much its words speak for."""

    sentence: Sentence
    span: Span
    found: frozenset[str]
    needs: dict[str, float]

    @property
    def sure(self) -> set[OpenGate]:
        """The gates that the piece likelier tells of than not."""
        slots = gate_words().slots
        return {slots[name].gate for name, weight in self.needs.items() if weight > 0}


def weighed(text: str, sentences: Iterable[Sentence], found: Mapping[str, Span]) -> dict[str, Span]:
    """The needs that are told, by what patterns `found` of them and by the words around.

    A need that no pattern found has the whole piece that tells it for its place.
    """
    learned = leaning()
    believed = found.keys() - learned.weights[START].keys()
    told: dict[str, tuple[float, Span]] = {}
    for one, name, weight in _needs(
        [_weigh(text, *piece, found) for piece in pieces(text, sentences)]
    ):
        if name in one.found and weight > learned.doubts:
            believed.add(name)
        elif (
            name not in found
            and weight > told.get(name, (learned.least(name),))[0]
            and not taken_back(gate_words().slots[name], text, one.sentence, one.span)
        ):
            told[name] = weight, one.span
    kept = {name: span for name, span in found.items() if name in believed}
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


def _weigh(text: str, sentence: Sentence, span: Span, found: Mapping[str, Span]) -> _Weighed:
    start, end = span
    here = frozenset(name for name, (low, high) in found.items() if low < end and start < high)
    known = leaning().weights
    sums = dict(known[START])
    for word in words(text[start:end], here):
        for name, weight in known.get(word, {}).items():
            sums[name] += weight
    return _Weighed(sentence, span, here, sums)


def _needs(every: Sequence[_Weighed]) -> Iterator[tuple[_Weighed, str, float]]:
    """Each need with its weight in each piece.

    A piece that tells of no gate surely gains for those that the pieces beside it tell of.
    """
    slots, beside = gate_words().slots, leaning().beside
    sure = [one.sure for one in every]
    for at, one in enumerate(every):
        near = [] if sure[at] else sure[max(at - 1, 0) : at + 2]
        around = {gate for gates in near for gate in gates}
        for name, weight in one.needs.items():
            yield one, name, weight + (beside if slots[name].gate in around else 0)
