"""A request's asks once it is known who has a part in it: further owners' added, others' told.

Owns where the ask of a further owner stands, and what is left of an ask that it was within. The
main owner is not put in doubt, and a team's own entries are left as the roster has them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from mlops_agent.boundary.leaning import Learned, learned
from mlops_agent.boundary.owning import Owned
from mlops_agent.boundary.pieces import MOST_SENTENCES
from mlops_agent.boundary.reading import Cut, Reading
from mlops_agent.boundary.seconds import (
    Asked,
    Instead,
    Shown,
    asked_of,
    chance_of,
    counted,
    shown_in,
    signs_in,
    weights,
)
from mlops_agent.boundary.sentences import sentences

ADDED = 0.62
"""The chance from which on somebody has a part whom the asks leave aside."""
KEPT = 0.72
"""The chance below which an owner of asks has none."""
CLOSE = 1.5
"""Of the pieces that speak for an owner nearly as much as the best the smallest is his ask."""
_EDGES = " \t\n,;:.(+&-"
_ENDS = ".!?\n"
_LEADING = frozenset(
    {"please", "pls", "plz", "then", "also", "and", "next", "finally", "now"}
    | {"could", "can", "would", "will", "you", "someone", "somebody"}
)
"""Words that may stand before what a sentence orders."""


def with_seconds(
    reading: Reading,
    owned: Sequence[Owned],
    instead: Instead,
    known: Learned | None = None,
    own_entries: Collection[str] = (),
) -> tuple[Reading, list[Owned]]:
    """A reading and its owners, with those that its pieces show beside, and without the others.

    Args:
        reading: the request.
        owned: the owners of its asks.
        instead: who does the work of whom, for owners that the roster lacks.
        known: what single words lean to; what is shipped where None.
        own_entries: the skills that the roster has of its own; none of them is put in doubt.
    """
    asked = asked_of(reading, owned, instead)
    known = known or learned()
    if not asked.main or asked.main not in known.totals:
        return reading, list(owned)
    likely: dict[str, float] = {}
    best: dict[str, Shown] = {}
    for owner, pieces in _pieces(reading, asked, instead, known).items():
        likely[owner] = chance_of(
            ((one.piece.size, count) for count, one in pieces), weights().sizes
        )
        least = max(count for count, _ in pieces) - CLOSE
        near = [one for one in pieces if one[0] >= least]
        best[owner] = max(near, key=lambda one: (one[1].piece.size, one[0]))[1]
    kept_anyway = {
        instead.get(one.owner, one.owner)
        for one in owned
        if one.owner in own_entries or _is_order(reading.text, one.cut)
    }
    doubted = {
        owner
        for owner in asked.owners
        if owner != asked.main
        and owner in known.totals
        and owner not in kept_anyway
        and (likely[owner] < KEPT if owner in likely else _is_looked_through(reading))
    }
    further = [
        _ask(reading.text, best[owner], chance, instead)
        for owner, chance in likely.items()
        if chance >= ADDED and owner not in asked.owners
    ]
    if not doubted and not further:
        return reading, list(owned)
    kept = [one for one in owned if instead.get(one.owner, one.owner) not in doubted]
    told = [one.cut.text for one in owned if one not in kept]
    asks = sorted([*_around(kept, further), *further], key=lambda one: one.cut.start)
    said = {one.cut.text for one in further}
    context = (*(one for one in reading.context if one not in said), *told)
    return replace(reading, cuts=tuple(one.cut for one in asks), context=context), asks


def _is_order(text: str, cut: Cut) -> bool:
    """Whether an ask orders or asks for something, in a sentence of its own that begins so."""
    before = text[: cut.start].rstrip(" \t-*").casefold()
    start = max((before.rfind(mark) for mark in _ENDS), default=-1) + 1
    leading = all(word in _LEADING or word.endswith(":") for word in before[start:].split())
    return leading and cut.form != "symptom" and bool(cut.verb)


def _is_looked_through(reading: Reading) -> bool:
    """Whether all sentences were looked at, so that an owner of no piece has none."""
    found = (sentences(reading.text, one.start, one.end) for one in reading.blocks)
    return sum(1 for block in found for _ in block) <= MOST_SENTENCES


def _pieces(
    reading: Reading, asked: Asked, instead: Instead, known: Learned
) -> dict[str, list[tuple[float, Shown]]]:
    """The pieces that speak for each owner beside the main one, with what each comes to."""
    found: dict[str, list[tuple[float, Shown]]] = {}
    for one in shown_in(reading, asked, instead, known):
        signs = signs_in(reading.text, one, asked, weights().words)
        found.setdefault(one.owner, []).append((counted(signs, weights().signs), one))
    return found


def _ask(text: str, best: Shown, chance: float, instead: Instead) -> Owned:
    """The ask of a further owner: the piece that speaks for him most."""
    owner = best.owner
    start, end = best.piece.span
    said = text[start:end]
    telling = max(
        best.said.found,
        key=lambda one: sum(
            count for name, count in one.counts.items() if instead.get(name, name) == owner
        ),
    )
    named = " ".join(best.said.words[telling.start : telling.end])
    cut = Cut(start, end, said, "order", object=said)
    return Owned(cut, owner, round(chance, 2), f'"{named}" is {owner}\'s', (), best.said.scores)


def _around(owned: Sequence[Owned], further: Sequence[Owned]) -> Iterator[Owned]:
    """The asks without what of them is a further owner's; the longer part of what is left."""
    for one in owned:
        cut = one.cut
        within = [
            other.cut
            for other in further
            if cut.start <= other.cut.start and other.cut.end <= cut.end
        ]
        for other in within:
            cut = max(_left(cut, cut.start, other.start), _left(cut, other.end, cut.end), key=_size)
        yield replace(one, cut=cut) if within and cut.text else one


def _left(cut: Cut, start: int, end: int) -> Cut:
    """A stretch of an ask as one of its own; its object where that stands in it."""
    start, end = max(start, cut.start), max(end, start)
    said = cut.text[start - cut.start : end - cut.start]
    text = said.strip(_EDGES)
    start += said.find(text)
    named = cut.object if cut.object in text else text
    return replace(cut, start=start, end=start + len(text), text=text, object=named)


def _size(cut: Cut) -> int:
    return len(cut.text)
