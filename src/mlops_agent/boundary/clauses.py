"""A sentence into clauses: what is asked, what is told, what is left out, what for.

Owns where one clause ends and the next begins. What a clause is, `openings` says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import NamedTuple

from mlops_agent.boundary.frames import phrases
from mlops_agent.boundary.openings import Opening, Strength, opening
from mlops_agent.boundary.sentences import Sentence
from mlops_agent.boundary.stating import need_behind
from mlops_agent.boundary.words import words

_HARD = frozenset(";:)\u2014\u2013|*#[]\u2022")
_DASHES = frozenset({"-", "--", "=", ">", "~", "\u2192"})
_WEAK = frozenset({"and", "&", "+", "or", "nor"})
_QUOTES = frozenset("\"\u201c\u201d`'")
_MODALS = frozenset({"must", "should", "needs", "need", "has", "have", "shall"})
_LONGEST_ASIDE = 60
_KEPT_WORDS = 100
_LEADING = frozenset({"purpose", "condition"})


@dataclass(frozen=True, slots=True)
class Clause:
    """Words `begin` to `end` (half-open) of a sentence, and what they are.

    `mark` is the sign before it (";", ":", ...). `added` says that "also" or "then" stood before
    it. A purpose clause behind it begins at `purpose`, -1 for none, and is left out of `end`.
    """

    opening: Opening
    begin: int
    end: int
    mark: str = ""
    added: bool = False
    purpose: int = -1
    purpose_end: int = -1


class _Break(NamedTuple):
    """A place where a clause may begin: the first word after what joins, and how strongly."""

    after: int
    strength: Strength
    mark: str = ""
    added: bool = False


def clauses(s: Sentence) -> Sequence[Clause]:
    """Cut one sentence; each word belongs to one clause or to what joins two."""
    return _kept_clauses(s) if len(s) <= _KEPT_WORDS else _clauses(s)


@lru_cache(maxsize=256)
def _kept_clauses(s: Sentence) -> Sequence[Clause]:
    """Those of a sentence of the request at hand, which is looked at more than once."""
    return _clauses(s)


def _clauses(s: Sentence) -> Sequence[Clause]:
    found: list[Clause] = []
    place = 0
    current: Clause | None = None
    while place < len(s):
        if s.low[place] == "(" and place > 0:
            place = _after_aside(s, place)
            continue
        here = _break(s, place)
        inside = current.opening if current else None
        new = opening(s, here.after, here.strength, inside) if here else None
        if here and new and (current is None or _opens(s, new, current.opening, here)):
            if current and _same_subject(s, current, new, here):
                current = replace(current, opening=replace(new, object=current.begin, subject=True))
            elif current and _two_verbs(s, current, new, place):
                current = replace(current, opening=replace(current.opening, object=new.object))
            else:
                if current is not None:
                    found.append(replace(current, end=place))
                so = s.low[here.after] == "so" and new.kind == "ask"
                current = Clause(new, here.after + so, len(s), here.mark, here.added)
        verb = max(new.verb, new.object - 1) if new and _reaches(new) else 0
        place = max(place + 1, here.after + bool(new), verb) if here else place + 1
    if current is not None:
        found.append(current)
    if len(found) == 1:
        found = _led_in(s, found[0])
    return tuple(_with_purposes(s, found))


def _led_in(s: Sentence, clause: Clause) -> list[Clause]:
    """ "In order to pass the test the model must verify": a reason without a comma, and an ask."""
    place = need_behind(s, clause.begin) if clause.opening.kind in _LEADING else -1
    if place < 0:
        return [clause]
    asked = opening(s, place, "start", None)
    if asked is None or asked.kind != "ask":
        return [clause]
    # What comes after the ask stands in it; a reason that leads is told.
    told = replace(clause, end=place, opening=Opening("condition"))
    return [told, Clause(asked, place, clause.end)]


def _reaches(new: Opening) -> bool:
    """Whether an opening takes the words up to its object: "we need, by Easter, a plan"."""
    return not new.subject and (new.form != "order" or new.object > new.verb + 1)


def _after_aside(s: Sentence, place: int) -> int:
    """Behind what stands in parentheses: it belongs to the words before it."""
    for after in range(place + 1, min(len(s), place + _LONGEST_ASIDE)):
        if s.low[after] == ")":
            return after + 1
    return place + 1


def _opens(s: Sentence, new: Opening, current: Opening, here: _Break) -> bool:
    if new.kind == "statement" and current.kind == "ask":
        return here.strength != "and" or s.low[here.after] in words().subjects
    return not (new.kind == "fragment" and here.strength != "start")


def _same_subject(s: Sentence, current: Clause, new: Opening, here: _Break) -> bool:
    """ "The topic writes local time and must be corrected": asked of what was told about."""
    told = current.opening.kind == "statement" and new.kind == "ask"
    return told and here.strength in ("and", "joined") and s.low[here.after] in _MODALS


def _two_verbs(s: Sentence, current: Clause, new: Opening, place: int) -> bool:
    """ "Add and test a gate": one object, two verbs."""
    opening = current.opening
    bare = opening.kind == "ask" and opening.verb == place - 1 and opening.object == place
    return bare and new.kind == "ask" and new.form == "order" and s.low[place] in _WEAK


def _break(s: Sentence, place: int) -> _Break | None:
    """What joins at a place, and the first word after it."""
    word = s.low[place]
    if place == 0 or word in _HARD or word in _DASHES:
        after = _skipped(s, place + 1 if word in _HARD or word in _DASHES else place)
        return _Break(after, "start", word if place else "", _adds(s, place, after))
    if word == "," or word in words().coordinators or word == "or":
        after = _skipped(s, place)
        strong = any(one not in _WEAK for one in s.low[place:after])
        return _Break(after, "joined" if strong else "and", "", _adds(s, place, after))
    if word in _interrupting():
        return _Break(place, "bare")
    return None


def _adds(s: Sentence, place: int, after: int) -> bool:
    return any(one in words().sequence for one in s.low[place:after])


def _skipped(s: Sentence, place: int) -> int:
    """Over commas, coordinators and lead-ins, at most a handful."""
    known = words()
    for _ in range(8):
        word = s.at(place)
        linked = _linked(s, place)
        if linked > 0:
            place = linked
            continue
        joins = word == "," or word in known.leads or word in known.coordinators
        if not (joins or word in _QUOTES):
            break
        if word == "so" and s.at(place + 1) in known.purpose_subjects:
            break
        if (
            word in known.nounish
            or (word == "only" and place == 0)
            or (word == "first" and s.at(place + 1) in known.heads)
        ):
            break
        place += 1
    return place


def _linked(s: Sentence, place: int) -> int:
    """Behind "while you're at it" before an order, -1 where no such words stand there."""
    after = phrases("linking").after(s, place)
    if after < 0 or s.at(after) == ",":
        return after
    found = opening(s, after, "joined", None)
    asks = found is not None and found.kind == "ask" and not found.subject
    return after if asks and s.at(after + 1) not in words().subjects else -1


@cache
def _interrupting() -> frozenset[str]:
    """Words that can begin an ask, a purpose or an exclusion in the middle of a sentence."""
    frames = phrases("framed").firsts() & {
        "can", "could", "would", "will", "i", "we", "let's", "you", "help", "if", "i'd", "we'd",
    }  # fmt: skip
    return frames | words().polite | {"so", "in", "without", "instead", "rather", "except", "such"}


def _with_purposes(s: Sentence, found: list[Clause]) -> Iterator[Clause]:
    """Asks with the purpose clauses that follow them; other purposes are told."""
    held: Clause | None = None
    for one in found:
        if one.opening.kind == "purpose" and held is not None and held.purpose < 0:
            held = replace(held, purpose=one.begin, purpose_end=one.end)
            continue
        if held is not None:
            yield _at_infinitive(s, held)
        held = one
    if held is not None:
        yield _at_infinitive(s, held)


def _at_infinitive(s: Sentence, clause: Clause) -> Clause:
    """ "Add a gate to stop bad models": the infinitive behind an object says what for."""
    known = words()
    told = clause.opening.verb >= 0 and s.low[clause.opening.verb] in known.takes_person
    if clause.opening.kind != "ask" or clause.purpose >= 0 or clause.opening.subject or told:
        return clause
    for place in range(clause.opening.object + 1, min(clause.end - 1, clause.begin + 40)):
        if s.low[place] != "to" or s.at(place + 1) not in known.verbs | {"be", "see", "avoid"}:
            continue
        if s.at(place - 1) in _TAKES_INFINITIVE:
            continue
        return replace(clause, end=place, purpose=place, purpose_end=clause.end)
    return clause


_TAKES_INFINITIVE = frozenset(
    {"how", "whether", "what", "way", "able", "need", "want", "have", "who", "plan", "person"}
    | {"someone", "somebody", "us", "me", "you", "them", "has", "needs", "when", "where", "here"}
)
