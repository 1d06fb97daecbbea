"""Owners beside the main one: who has a part in a request, by what each piece of it says.

Owns the weighing of pieces: how far one shows somebody else, and how far it asks rather than
tells. The weights were learned from requests with two owners and from such as only look so;
evals/routing/fit_seconds.py writes `seconds.json`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from mlops_agent.boundary.leaning import Learned, leaning
from mlops_agent.boundary.naming import named_models
from mlops_agent.boundary.outline import Block
from mlops_agent.boundary.owning import (
    FIRM,
    IN_HEAD,
    NOBODY,
    VAGUE,
    Evidence,
    Owned,
    Scores,
    evidence,
)
from mlops_agent.boundary.phrases import find, standard_index
from mlops_agent.boundary.pieces import PHRASE, Piece, parts, told_in, whole
from mlops_agent.boundary.reading import Cut, Reading
from mlops_agent.boundary.signs import Sign, signs_of
from mlops_agent.boundary.stemming import plain, plain_words, stems
from mlops_agent.contracts.skill import OURS

FILE = Path(__file__).with_name("seconds.json")
OF_WORDS = 0.6
"""What the leaning of single words counts beside phrases."""
LEAST = 1.5
"""Phrases that say less speak for nobody whom the asks leave aside."""
_LEAST = -3.9
"""No piece counts less."""

Instead = Mapping[str, str]
"""Who does the work of whom, for owners that the roster lacks."""


class Weights(NamedTuple):
    """What each sign counts, the words that are signs, and what the pieces of each size count."""

    signs: Mapping[str, float]
    words: frozenset[str]
    sizes: Sequence[float]


class Shown(NamedTuple):
    """A piece that speaks for an owner beside the main one: by its phrases, its words, by both."""

    owner: str
    piece: Piece
    said: Evidence
    phrases: Scores
    words: Scores
    both: Scores
    firm: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What the asks that were cut out say: each owner's confidence, and whose most of them are.

    `cuts` are their places with owner and form; `excluded` and `beside` places in the request.
    """

    owners: Mapping[str, float]
    main: str
    cuts: tuple[tuple[int, int, str, str], ...]
    excluded: tuple[tuple[int, int], ...]
    beside: tuple[tuple[int, int], ...]


@cache
def weights() -> Weights:
    """What was learned, as it is shipped."""
    raw = json.loads(FILE.read_bytes())
    return Weights(raw["signs"], frozenset(raw["words"].split()), raw["sizes"])


def asked_of(reading: Reading, owned: Sequence[Owned], instead: Instead) -> Asked:
    """What the asks of a reading say of its owners."""
    owners: dict[str, float] = {}
    sums: dict[str, float] = {}
    for one in owned:
        owner = instead.get(one.owner, one.owner)
        if owner and owner != NOBODY:
            owners[owner] = max(owners.get(owner, 0.0), one.confidence)
            sums[owner] = sums.get(owner, 0.0) + one.confidence + 0.01
    places = ((reading.text.find(said), len(said)) for said in reading.excluded)
    return Asked(
        owners,
        max(sorted(sums), key=lambda owner: sums[owner], default=""),
        tuple(
            (one.cut.start, one.cut.end, instead.get(one.owner, one.owner), one.cut.form)
            for one in owned
        ),
        tuple((place, place + length) for place, length in places if place >= 0),
        tuple((cut.start, cut.end) for cut in reading.beside),
    )


def shown_in(reading: Reading, asked: Asked, instead: Instead, known: Learned) -> Iterator[Shown]:
    """The pieces of a request whose phrases speak for somebody beside the main owner."""
    text = reading.text
    theirs = [block for block in reading.blocks if _names(text, block, asked, instead)]
    for told in told_in(text, theirs):
        sentence = whole(told)
        first = sentence and _shown(text, sentence, asked, instead, known)
        if sentence is None or first is None:
            continue
        yield first
        named = {
            first.said.words[one.start]
            for one in first.said.found
            if _is_other(one.counts, asked, instead)
        }
        for piece in parts(told, sentence):
            words = plain(text[slice(*piece.span)])
            if any(word in words for word in named):
                one = _shown(text, piece, asked, instead, known)
                if one is not None:
                    yield one


def _names(text: str, block: Block, asked: Asked, instead: Instead) -> bool:
    """Whether a phrase of somebody beside the main owner stands in a block."""
    found = find(stems(text[block.start : block.end]), standard_index())
    named = asked.main != OURS and any(named_models(plain_words(text[block.start : block.end])))
    return named or any(_is_other(one.counts, asked, instead) for one in found)


def _is_other(counts: Scores, asked: Asked, instead: Instead) -> bool:
    return any(
        (count >= LEAST / IN_HEAD or instead.get(name, name) in asked.owners)
        and instead.get(name, name) not in (asked.main, NOBODY)
        for name, count in counts.items()
    )


def _shown(text: str, piece: Piece, asked: Asked, instead: Instead, known: Learned) -> Shown | None:
    start, end = piece.span
    # As an ask: what a document is about does not count, the head of an object counts most.
    cut = Cut(start, end, text[start:end], "order", object=text[start:end])
    said = evidence(cut.text, standard_index(), cut)
    phrases = _merged(said.scores, instead)
    speaks = {
        owner
        for owner, score in phrases.items()
        if score >= LEAST or (owner in asked.owners and score > 0)
    }
    if not speaks - {asked.main, NOBODY}:
        return None
    words = _merged(leaning(stems(cut.text), known), instead)
    both = {
        owner: phrases.get(owner, 0.0) + OF_WORDS * words.get(owner, 0.0)
        for owner in {*phrases, *words} - {NOBODY}
    }
    owner = max(sorted(both.keys() - {asked.main}), key=lambda one: both[one])
    if owner not in speaks:
        return None
    firm = any(
        count >= FIRM and instead.get(one, one) == owner
        for found in said.found
        for one, count in found.counts.items()
    )
    return Shown(owner, piece, said, phrases, words, both, firm)


def _merged(scores: Scores, instead: Instead) -> Scores:
    merged: Scores = {}
    for name, score in scores.items():
        owner = instead.get(name, name)
        if owner != VAGUE:
            merged[owner] = max(merged.get(owner, score), score)
    return merged


def signs_in(text: str, one: Shown, asked: Asked, words: frozenset[str]) -> Iterator[Sign]:
    """The signs by which a piece asks for its owner's work, or does not.

    Args:
        text: the request.
        one: the piece.
        asked: what the asks say that were cut out.
        words: the words of which something was learned.
    """
    size = one.piece.size
    for name, value in (*_of_owner(one, asked.main), *_of_asks(one, asked)):
        if value:
            yield name, value
            yield f"{name} {size}", value
    start, end = one.piece.span
    for form in sorted({cut[3] for cut in asked.cuts if cut[0] < end and start < cut[1]}):
        yield f"form {form}", 1.0
    if one.owner in asked.owners:
        yield "has an ask", 1.0
        yield "confidence", asked.owners[one.owner]
    yield from signs_of(text, one.piece, words)


def _of_owner(one: Shown, main: str) -> Iterator[Sign]:
    """How far a piece's phrases and words show the owner, and how far he is ahead."""
    owner, phrases, both = one.owner, one.phrases, one.both
    mains = max(both.get(main, 0.0), 0.0)
    rest = max((score for name, score in both.items() if name not in (owner, main)), default=0.0)
    apart = one.words.get(owner, 0.0) - one.words.get(main, 0.0)
    yield "phrases", min(phrases[owner], 8.0) / 4
    yield "shown", _within(both[owner], -2, 8) / 4
    yield "ahead", _within(both[owner] - mains, -6, 8) / 4
    yield "ahead of the rest", _within(both[owner] - max(rest, 0.0), -4, 8) / 4
    yield "phrases ahead", _within(phrases[owner] - phrases.get(main, 0.0), -6, 8) / 4
    yield "words ahead", _within(apart, -4, 4) / 2
    yield "behind", float(both[owner] < mains)
    yield "nobody", float(phrases.get(NOBODY, 0.0) > phrases[owner])
    yield "firm", float(one.firm)


def _of_asks(one: Shown, asked: Asked) -> Iterator[Sign]:
    """What the asks that were cut out make of a piece."""
    start, end = one.piece.span
    over = [cut for cut in asked.cuts if cut[0] < end and start < cut[1]]
    yield "covered", sum(min(end, cut[1]) - max(start, cut[0]) for cut in over) / (end - start)
    yield "excluded", float(_touches(asked.excluded, start, end))
    yield "beside", float(_touches(asked.beside, start, end))
    owners = {cut[2] for cut in over}
    yield "his ask", float(one.owner in owners)
    yield "main's ask", float(asked.main in owners)


def _touches(places: Iterable[tuple[int, int]], start: int, end: int) -> bool:
    return any(one[0] < end and start < one[1] for one in places)


def _within(value: float, least: float, most: float) -> float:
    return max(least, min(most, value))


def counted(signs: Iterable[Sign], counts: Mapping[str, float]) -> float:
    """What signs come to."""
    said = sum(counts.get(name, 0.0) * value for name, value in signs)
    return max(_LEAST, said + counts.get("", 0.0))


def by_size(counts: Iterable[tuple[int, float]]) -> list[float]:
    """What an owner's pieces of each size come to, the best of all, and the worst of those.

    A size that he has no piece of counts as the one above it.
    """
    best: list[float | None] = [None] * (PHRASE + 1)
    for size, count in counts:
        before = best[size]
        best[size] = count if before is None else max(before, count)
    known = [one for one in best if one is not None]
    sizes: list[float] = []
    for one in best:
        sizes.append(one if one is not None else sizes[-1] if sizes else min(known) - 1)
    return [*sizes, max(sizes), min(sizes), 1.0]


def chance_of(counts: Iterable[tuple[int, float]], sizes: Sequence[float]) -> float:
    """How likely an owner has a part in a request, by the sizes of his pieces and their counts."""
    said = sum(one * value for one, value in zip(sizes, by_size(counts), strict=True))
    return 1 / (1 + math.exp(-_within(said, -30, 30)))
