"""A sentence into clauses: what is asked, what is told, what is left out, what for.

Owns where one clause ends and the next begins. What a clause is, `openings` says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mlops_agent.boundary.openings import PURPOSE_SUBJECTS, Opening, Strength, opening, phrases
from mlops_agent.boundary.sentences import Sentence
from mlops_agent.boundary.words import words

_HARD = frozenset(";:()\u2014\u2013|*#[]\u2022")
_DASHES = frozenset({"-", "--", "/", "=", ">", "~"})
_WEAK = frozenset({"and", "&", "+", "or", "nor"})
_QUOTES = frozenset("\"\u201c\u201d`'")
_ADDS = frozenset("also plus additionally furthermore moreover".split())


@dataclass(frozen=True, slots=True)
class Clause:
    """Words `begin` to `end` (half-open) of a sentence, and what they are.

    `added` says that "also" or "plus" stood before it. `purpose` is where a purpose clause begins
    behind it, -1 where none does; it is left out of `end` and reaches to `purpose_end`.
    """

    opening: Opening
    begin: int
    end: int
    added: bool = False
    purpose: int = -1
    purpose_end: int = -1


@dataclass(frozen=True, slots=True)
class _Break:
    """A place where a clause may begin: the first word after what joins, and how strongly."""

    before: int
    after: int
    strength: Strength
    added: bool


def clauses(s: Sentence) -> list[Clause]:
    """Cut one sentence; each word belongs to one clause or to what joins two."""
    found: list[Clause] = []
    place, begin, added = 0, 0, False
    current: Opening | None = None
    while place < len(s):
        here = _break(s, place)
        new = opening(s, here.after, here.strength, current) if here else None
        if here and new and (current is None or _opens(new, current, here.strength)):
            if current is not None:
                found.append(Clause(current, begin, here.before, added))
            current, begin, added = new, here.after, here.added
        place = max(place + 1, here.after + bool(new)) if here else place + 1
    if current is not None:
        found.append(Clause(current, begin, len(s), added))
    return list(_with_purposes(s, found))


def _opens(new: Opening, current: Opening, strength: Strength) -> bool:
    if new.kind == "statement" and current.kind == "ask":
        return strength != "and"
    return not (new.kind == "fragment" and strength != "start")


def _break(s: Sentence, place: int) -> _Break | None:
    """What joins at a place, and the first word after it."""
    word = s.low[place]
    if place == 0 or word in _HARD or (word in _DASHES and 0 < place):
        after = _skipped(s, place if word not in _HARD | _DASHES else place + 1)
        return _Break(place, after, "start", bool(_ADDS & set(s.low[place:after])))
    if word == "," or word in words().coordinators or word == "or":
        after = _skipped(s, place)
        joined = set(s.low[place:after])
        strength: Strength = "joined" if joined - _WEAK else "and"
        return _Break(place, after, strength, bool(_ADDS & joined))
    if word in _interrupting():
        return _Break(place, _skipped(s, place), "bare", added=False)
    return None


def _skipped(s: Sentence, place: int) -> int:
    """Over commas, coordinators and lead-ins, at most a handful."""
    known = words()
    for _ in range(8):
        word = s.at(place)
        if not (
            word == "," or word in known.leads or word in known.coordinators or word in _QUOTES
        ):
            break
        if word == "so" and s.at(place + 1) in PURPOSE_SUBJECTS:
            break
        place += 1
    return place


@cache
def _interrupting() -> frozenset[str]:
    """Words that can begin an ask, a purpose or an exclusion in the middle of a sentence."""
    frames = phrases("framed").firsts() & {
        "can", "could", "would", "will", "i", "we", "let's", "lets", "you", "help",
    }  # fmt: skip
    return frames | words().polite | {"so", "in", "without", "instead", "rather", "except", "such"}


def _with_purposes(s: Sentence, found: list[Clause]) -> Iterator[Clause]:
    """Asks with the purpose clauses that follow them; other purposes are told."""
    held: Clause | None = None
    for one in found:
        if one.opening.kind == "purpose" and held is not None and held.purpose < 0:
            held = Clause(held.opening, held.begin, held.end, held.added, one.begin, one.end)
            continue
        if held is not None:
            yield _at_infinitive(s, held)
        held = one
    if held is not None:
        yield _at_infinitive(s, held)


def _at_infinitive(s: Sentence, clause: Clause) -> Clause:
    """ "Add a gate to stop bad models": the infinitive behind an object says what for."""
    if clause.opening.kind != "ask" or clause.purpose >= 0 or clause.opening.subject:
        return clause
    known = words()
    for place in range(clause.opening.object + 1, min(clause.end - 1, clause.begin + 40)):
        if s.low[place] != "to" or s.at(place + 1) not in known.verbs | {"be", "see", "avoid"}:
            continue
        if s.at(place - 1) in ("how", "whether", "what", "way", "able", "need", "want", "have"):
            continue
        return Clause(clause.opening, clause.begin, place, clause.added, place, clause.end)
    return clause
