"""The verb of an ask and its object: the noun phrase that something is done to.

Owns where a noun phrase ends and where "the gate and the alert" are two objects. Pronouns are
left as they stand; `referring` finds what they mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mlops_agent.boundary.clauses import Clause
from mlops_agent.boundary.frames import phrases
from mlops_agent.boundary.sentences import Sentence
from mlops_agent.boundary.stating import AHEAD
from mlops_agent.boundary.words import words

_ENDS = frozenset(";:()\u2014\u2013[]|*")
_BOTH = {("both", "a"), ("both", "an")}
_TWO = frozenset({"between", "both", "either"})
_ASKS_FOR = frozenset(
    {"wants", "want", "seeks", "requests", "demands", "asks", "wishes", "expects", "awaits"}
)
"""Verbs of somebody who asks: what is asked for stands behind them."""
_FRONTING = frozenset({"for", "in", "on", "as", "at", "within", "inside", "with"})
_APART = frozenset({"separately", "secondly", "also", "additionally"})
"""What says of the next thing that it is one of its own."""
_LONGEST_FRONT = 10
_JOINS = frozenset({"and", "also", "plus", ",", "then", "&", "separately", "finally", "secondly"})
_TAKES_CLAUSE = frozenset({"of", "on", "about", "into", "for", "to", "over"})
"""What takes a question as its object: "a list of who may read it"."""
_BESIDES = {("as", "a"), ("as", "an"), ("as", "the")}
_MAX_OBJECT = 40
MOST_PARTS = 12
"""Objects of one verb that are told apart."""
_EDGES = frozenset(",.;:!?-\u2014\u2013'[]*/|\u2192")


class Phrase(NamedTuple):
    """A verb and an object as they stand, and the words (half-open) that the object takes."""

    verb: str
    object: str
    begin: int
    end: int


def phrase(text: str, s: Sentence, clause: Clause) -> Phrase:
    """The verb and the whole object of an ask; either may be empty."""
    opening = clause.opening
    if opening.subject:
        return _about_subject(text, s, clause)
    verb = sliced(text, s, opening.verb, max(opening.object, opening.verb + 1))
    begin = opening.object
    light = phrases("light").after(s, opening.verb) if opening.verb >= 0 else -1
    if opening.verb < 0:
        begin = max(begin, clause.begin)
    elif light > 0:
        verb, begin = sliced(text, s, opening.verb, light), max(light, begin)
    elif f"{s.low[opening.verb]} {s.at(begin)}" in words().particled:
        verb, begin = f"{verb} {s.at(begin)}", begin + 1
    elif opening.verb >= 0:
        moved = _far_particle(s, opening.verb, begin, clause.end)
        if moved >= 0:
            end = _object_end(s, moved + 1, clause.end)
            while end > moved + 1 and s.low[end - 1] in words().loose:
                end -= 1
            rest = text[s.starts[moved + 1] : s.ends[end - 1]] if end > moved + 1 else ""
            parts = (sliced(text, s, begin, moved), rest)
            whole = " ".join(part for part in parts if part)
            return Phrase(f"{verb} {s.low[moved]}", whole, begin, end)
    if s.at(begin) in ("me", "us") and begin + 1 < clause.end:
        begin += 1
    end = _object_end(s, begin, clause.end)
    return Phrase(verb, sliced(text, s, begin, end), begin, end)


def coordinated(s: Sentence, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretches of an object that are objects of their own; one where it is not two."""
    known = words()
    left, found = begin, 0
    for place in range(begin + 1, end - 1):
        also = s.low[place : place + 3] == ("as", "well", "as")
        if not also and s.low[place] not in ("and", "plus", "&", "+", ","):
            continue
        right = place + (3 if also else 1)
        while s.at(right) in _JOINS:
            right += 1
        if right >= end:
            continue
        fronted = _fronted(s, right, end)
        apart = not _APART.isdisjoint(s.low[place:right])
        if not (fronted or apart) and not _two(s, left, place, right, end):
            continue
        determined = s.low[right] in known.determiners
        if fronted or determined or _own_tail(s, left, place, right, end):
            yield left, place
            left = right
            found += 1
            if found >= MOST_PARTS:
                break
    yield left, end


def _fronted(s: Sentence, at: int, end: int) -> bool:
    """ "... and, for the shop, a test suite": what it is for stands before what is asked for."""
    if s.low[at] not in _FRONTING or s.low[at - 1] != ",":
        return False
    for place in range(at + 2, min(end - 1, at + _LONGEST_FRONT)):
        if s.low[place] == ",":
            return s.low[place + 1] not in words().preposition
        if s.low[place] in _JOINS or s.low[place] in _ENDS:
            return False
    return False


def _two(s: Sentence, left: int, place: int, right: int, end: int) -> bool:
    known = words()
    if right <= left or any(
        s.low[i] in _TWO and s.low[i : i + 2] not in _BOTH
        for i in range(max(left - 2, 0), min(place, left + AHEAD))
    ):
        return False
    if s.low[right] in known.preposition or s.low[right] in known.pronouns:
        return False
    inner = [i for i in range(left + 1, min(place, left + AHEAD)) if s.low[i] in known.preposition]
    if inner and (not _tail(s, right, end) or _takes_two(s, inner[-1], place)):
        return False
    return (
        s.low[left] in known.determiners
        or bool(inner)
        or (place - left > 1 and _tail(s, right, end))
    )


def _takes_two(s: Sentence, preposition: int, place: int) -> bool:
    """ "With the approver and the run": both stand behind the one preposition."""
    word = s.low[preposition]
    return word == "between" or (word in ("with", "against") and s.low[place] != ",")


def _own_tail(s: Sentence, left: int, place: int, right: int, end: int) -> bool:
    """ "A canary for ranking and dashboards for checkout": each side says what for."""
    begin = max(left + 1, place - AHEAD)
    both = (s.low[begin:place], s.low[right + 1 : min(end, right + AHEAD)])
    listed = s.low[place] == "," and s.low[place + 1] in ("and", "plus")
    return all("for" in side for side in both) or (listed and all(map(_said_of, both)))


def _said_of(side: tuple[str, ...]) -> bool:
    return any(word in words().shared for word in side)


def _tail(s: Sentence, begin: int, end: int) -> bool:
    shared = words().shared
    return any(s.low[i] in shared for i in range(begin + 1, min(end, begin + AHEAD)))


def _about_subject(text: str, s: Sentence, clause: Clause) -> Phrase:
    opening = clause.opening
    verb = sliced(text, s, opening.verb, opening.verb + 1)
    if s.low[opening.verb] in _ASKS_FOR or s.at(opening.verb + 1) == "both":
        begin, end = opening.verb + 1, _object_end(s, opening.verb + 1, clause.end)
        return Phrase(verb, sliced(text, s, begin, end), begin, end)
    if s.low[opening.verb] in ("need", "needs", "require", "requires", "lacks", "deserves"):
        end = _object_end(s, opening.verb + 1, clause.end)
        return Phrase(verb, sliced(text, s, clause.begin, end), clause.begin, end)
    end = opening.verb
    while end > clause.begin + 1 and s.low[end - 1] in words().helpers:
        end -= 1
    return Phrase(verb, sliced(text, s, clause.begin, end), clause.begin, end)


def _far_particle(s: Sentence, verb: int, begin: int, end: int) -> int:
    """The place of a particle behind a short object, -1 where there is none."""
    known = words()
    for place in range(begin + 1, min(end, begin + 7)):
        if s.low[place] in _ENDS or s.low[place] in (",", "and", "to", "for", "of"):
            return -1
        if s.low[place] in known.particles and f"{s.low[verb]} {s.low[place]}" in known.particled:
            if s.low[place] in ("in", "at", "on", "over", "through") and place + 1 < end:
                return -1
            return place
    return -1


def _object_end(s: Sentence, begin: int, end: int) -> int:
    """Where an object's noun phrase stops: at a time, a condition, a mark."""
    known = words()
    limit = min(end, begin + _MAX_OBJECT)
    for place in range(begin, limit):
        word = s.low[place]
        if word in _ENDS:
            return place
        if place > begin and word in known.stops and not _attached(s, place, limit):
            return place
    return limit


def _attached(s: Sentence, place: int, end: int) -> bool:
    """ "A gate before promotion": a stage, no condition, belongs to what is asked for."""
    if s.low[place - 1] in _TAKES_CLAUSE or s.low[place : place + 2] in _BESIDES:
        return True
    if s.low[place] not in ("before", "after", "since"):
        return s.low[place] == "as" and "well" in (s.at(place + 1), s.at(place - 1))
    for word in s.low[place + 1 : min(end, place + 8)]:
        if word in words().stops:
            return True
        if word in words().finite or word in words().subjects:
            return False
    return True


def sliced(text: str, s: Sentence, begin: int, end: int) -> str:
    """The text of some words (half-open), without marks and loose words at its edges."""
    end = min(end, len(s))
    while begin < end and (s.low[begin] in _EDGES or _introduces(s, begin)):
        begin += 1
    while end > begin and (s.low[end - 1] in _EDGES or s.low[end - 1] in words().loose):
        if s.at(end - 2) == "the":
            break
        end -= 1
    if not 0 <= begin < end:
        return ""
    return _closed(text[s.starts[begin] : s.ends[end - 1]])


def _introduces(s: Sentence, at: int) -> bool:
    """ "Confirm that the job runs": no part of what is confirmed; "that changed" is one."""
    if s.low[at] == "that":
        after = s.at(at + 1)
        alone = not after or not after[0].isalnum()
        return not (alone or after.endswith("ed") or after in words().preposition)
    return s.low[at] in ("about", "to")


def _closed(said: str) -> str:
    """Without a quotation mark at an edge whose other one was cut off."""
    for mark in ('"', "`", "\u201c", "\u201d"):
        if said.count(mark) % 2 and mark in '"`':
            said = said.removeprefix(mark) if said.startswith(mark) else said.removesuffix(mark)
    return said.strip() if any(char.isalnum() for char in said) else ""
