"""How well a clause counts as an ask, by where it stands and by what was said before it.

Owns the ranks of what asks, notes, symptoms and the rest. It cuts nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from mlops_agent.boundary.clauses import Clause
from mlops_agent.boundary.outline import Block
from mlops_agent.boundary.sentences import Sentence
from mlops_agent.boundary.words import words

NEVER, ASKED, NOTE, EXPECTED, SYMPTOM, TOLD, ASIDE = range(-1, 6)
"""How well something counts as an ask: not at all, what asks, notes without a verb, what is
expected, what is wrong, anything told, what a label sets aside. Only the best that a request has is
cut out."""
_LIVES = {("lives", "in"), ("live", "in"), ("lives", "on"), ("live", "on"), ("lives", "here")}
_LONGEST_GREETING = 6


@dataclass(slots=True)
class Place:
    """Where in a block a clause stands, and what was said before it in the sentence."""

    block: Block
    first: bool
    announced: bool
    number: int = 0
    last_kind: str = ""
    topic: int = -1
    bare: bool = False


def rank_of(s: Sentence, clause: Clause, place: Place, previous: str) -> int:
    """How well a clause without an order counts as an ask; -1 for not at all."""
    low = s.low[clause.begin : clause.end]
    block, fragment = place.block, clause.opening.kind == "fragment"
    called = s.at(clause.begin - 1) in words().greetings
    greeting = (called or low[0] in words().greetings) and len(low) <= _LONGEST_GREETING
    goes_on = block.list and place.number and previous == "fragment"
    if greeting or only_links(low) or (fragment and goes_on):
        return NEVER
    if block.role == "context":
        return ASIDE
    if fragment and previous == "ask" and not place.announced and clause.mark != ";":
        return ASKED if clause.added else NEVER
    if _is_asked(low, clause, place, previous):
        return ASKED
    return EXPECTED if block.role == "expected" else _unasked(low, fragment=fragment)


def _unasked(low: Sequence[str], *, fragment: bool) -> int:
    if fragment:
        return NOTE if len(low) > 1 else TOLD
    return SYMPTOM if any(word in words().trouble for word in low) else TOLD


def only_links(low: Sequence[str]) -> bool:
    """Whether nothing but a link is there, and words that point to it."""
    links = [word for word in low if "://" in word or word.startswith("www.")]
    return bool(links) and all(
        word in words().pointing or not word[0].isalnum() for word in low if word not in links
    )


def _is_asked(low: Sequence[str], clause: Clause, place: Place, previous: str) -> bool:
    """Whether what was said before makes a note, or a statement, an ask."""
    fragment = clause.opening.kind == "fragment"
    if fragment and len(low) > 1:
        beside = clause.mark == ";" and previous == "ask"
        if clause.added or beside or (place.block.role == "asked" and not place.block.list):
            return True
    opens = place.first and place.number == 0
    told = opens and (place.block.role == "asked" or place.announced)
    counted = place.announced and place.number > 0 and clause.mark in (":", ";")
    return told or counted


def elsewhere(said: str) -> bool:
    """Whether a clause says that something is somebody else's, or not to be done."""
    low = said.lower()
    return any(one in low for one in words().elsewhere) or _denied(low)


def _denied(low: str) -> bool:
    """ "No model lives in this stack": said so that nobody takes it for what it is about."""
    first, *others = low.split() or [""]
    if first not in words().denying:
        return False
    placed = any(one in _LIVES for one in pairwise(others))
    return placed or any(one.strip(".,;") in words().denied for one in others)
