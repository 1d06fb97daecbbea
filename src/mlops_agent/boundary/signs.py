"""What a piece of a request shows of being asked for, or only told: its words and its place.

Owns the names of these signs; what each counts was learned (`seconds.json`). None of them says
whose a piece is.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from mlops_agent.boundary.adding import ADDED, LACKING, SETTLED
from mlops_agent.boundary.pieces import SENTENCE, Piece
from mlops_agent.boundary.ranking import elsewhere
from mlops_agent.boundary.stating import predicate

_JUST_BEFORE = 25
"""So many characters before a piece may say that it brings up something more."""
_LENGTHS = (2, 4, 8, 14, 22)
_OF_WORD, _OF_SENTENCES_WORD, _OPENING = 0.5, 0.35, 0.7
"""What a word counts in a piece, in a whole sentence, and where it opens one."""

Sign = tuple[str, float]


def signs_of(text: str, piece: Piece, words: Container[str]) -> Iterator[Sign]:
    """The signs of a piece, each with how far it shows.

    Args:
        text: the request.
        piece: the piece.
        words: the words of which something was learned.
    """
    told, size = piece.told, piece.size
    s, low = told.sentence, told.sentence.low[piece.begin : piece.end]
    yield f"size {size}", 1
    yield f"length {size} {sum(len(low) > one for one in _LENGTHS)}", 1
    yield "item" if told.block.list else "prose", 1
    yield f"role {told.block.role}", 1
    yield "place", told.number / max(1, told.of - 1)
    for name, holds in (
        ("first", told.number == 0),
        ("only", told.of == 1),
        ("last", told.number == told.of - 1),
    ):
        if holds:
            yield name, 1
    after = s.at(piece.end) or ("?" if s.asked else ".")
    yield f"before {_known(s.at(piece.begin - 1), words)}", 1
    yield f"after {_known(after, words)}", 1
    if after == "?":
        yield "asked", 1
    for kind in _kinds(piece):
        yield f"clause {size} {kind}", 1
    yield from _said(text, piece)
    yield from _words(low, size, words)
    place = predicate(s, piece.begin)
    if piece.begin <= place < piece.end:
        yield f"verb {s.low[place]}", 1


def _known(word: str, words: Container[str]) -> str:
    return word if word in words or not word[:1].isalnum() else "*"


def _kinds(piece: Piece) -> set[str]:
    """What the clauses are that a piece stands in, or that begin in it."""
    kinds: set[str] = set()
    for clause in piece.told.clauses:
        opening = clause.opening
        if clause.begin < piece.end and piece.begin < clause.end:
            where = "in" if clause.begin < piece.begin else "at"
            kinds.add(f"{where} {opening.kind}{' of' * opening.subject}{' we' * opening.plain}")
        if 0 <= clause.purpose < piece.end and piece.begin < clause.purpose_end:
            kinds.add("in purpose" if clause.purpose <= piece.begin else "with purpose")
    return kinds


def _said(text: str, piece: Piece) -> Iterator[Sign]:
    start, end = piece.span
    said, before = text[start:end], text[max(0, start - _JUST_BEFORE) : start]
    for name, holds in (
        ("more", ADDED.search(said) or ADDED.search(before)),
        ("lacking", LACKING.search(said)),
        ("settled", SETTLED.search(said)),
        ("elsewhere", elsewhere(said)),
    ):
        if holds:
            yield name, 1
            yield f"{name} {piece.size}", 1


def _words(low: tuple[str, ...], size: int, words: Container[str]) -> Iterator[Sign]:
    known = {word for word in low if word in words}
    weight = _OF_SENTENCES_WORD if size == SENTENCE else _OF_WORD
    for word in sorted(known):
        yield f"word {word}", weight
    if any(word.endswith("ed") and len(word) > len("need") for word in low if word not in known):
        yield "ed", 1
    for place, word in enumerate(low[:2]):
        yield f"opens {place} {word if word in words else _shape(word)}", _OPENING
    if len(low) > 1 and low[0] in words and low[1] in words:
        yield f"opens {low[0]} {low[1]}", _OPENING


def _shape(word: str) -> str:
    return next((f"-{one}" for one in ("ed", "ing", "s") if word.endswith(one)), "*")
