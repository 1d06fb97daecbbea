"""The caller's words in pieces of three sizes: sentences, clauses, and what "and" or a comma joins.

Owns where pieces begin and end, whatever is asked in them: `seconds` looks in each for an owner
whom the asks that were cut out leave aside.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mlops_agent.boundary.clauses import Clause, clauses
from mlops_agent.boundary.outline import Block
from mlops_agent.boundary.sentences import Sentence, sentences

SENTENCE, CLAUSE, PHRASE = range(3)
"""The sizes of pieces."""
_MARKS = frozenset(";:()\u2014\u2013|[]") | {"--"}
_TURNING = frozenset({"because", "since", "although", "while", "whereas", "but"})
_BEHIND_COMMA = _TURNING | {
    "and", "also", "plus", "then", "so", "which", "as", "where", "who", "though",
}  # fmt: skip
_JOINING = frozenset(
    {",", "and", "&", "+", "plus", "or", "then", "as", "und", "sowie", "et", "y", "e"}
)
MOST_SENTENCES, MOST_PIECES = 120, 60
"""So many sentences of a request are looked at in pieces, and so many pieces of one sentence."""


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence, the block it stands in, its clauses, and which of how many it is."""

    sentence: Sentence
    block: Block
    clauses: Sequence[Clause]
    number: int
    of: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Words `begin` to `end` (half-open) of a sentence."""

    told: Told
    begin: int
    end: int
    size: int

    @property
    def span(self) -> tuple[int, int]:
        """Its half-open place in the request."""
        s = self.told.sentence
        return s.starts[self.begin], s.ends[self.end - 1]


def told_in(text: str, blocks: Sequence[Block]) -> list[Told]:
    """The sentences of a request's blocks."""
    found = [
        (s, block) for block in blocks for s in sentences(text, block.start, block.end) if len(s)
    ][:MOST_SENTENCES]
    return [
        Told(s, block, clauses(s), number, len(found)) for number, (s, block) in enumerate(found)
    ]


def whole(told: Told) -> Piece | None:
    """The piece that is a whole sentence; None where it has no words."""
    return next(_parts(told, [], SENTENCE), None)


def parts(told: Told, sentence: Piece) -> Iterator[Piece]:
    """The smaller pieces of a sentence, each stretch once."""
    low = told.sentence.low
    turns = [
        place
        for place, word in enumerate(low)
        if word in _MARKS
        or (place and word in _TURNING)
        or (word == "," and told.sentence.at(place + 1) in _BEHIND_COMMA)
    ]
    joins = sorted({*turns, *(place for place, word in enumerate(low) if word in _JOINING)})
    seen = {(sentence.begin, sentence.end)}
    for size, places in ((CLAUSE, turns), (PHRASE, joins)):
        for piece in _parts(told, places, size):
            if len(seen) <= MOST_PIECES and (piece.begin, piece.end) not in seen:
                seen.add((piece.begin, piece.end))
                yield piece


def _parts(told: Told, places: Sequence[int], size: int) -> Iterator[Piece]:
    low = told.sentence.low
    for begin, end in zip([0, *places], [*places, len(low)], strict=True):
        start = next((at for at in range(begin, end) if low[at][0].isalnum()), end)
        if start < end:
            yield Piece(told, start, end, size)
