"""What a clause is by how it opens: an order, a question, a wish, a condition, a statement.

Owns the English grammar of openings, over a bounded number of words, so that reading stays linear.
It finds neither objects nor the end of a clause.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from mlops_agent.boundary.reading import Form
from mlops_agent.boundary.sentences import Sentence
from mlops_agent.boundary.words import Words, words

Kind = Literal["ask", "statement", "fragment", "condition", "purpose", "excluded", "idle"]
Strength = Literal["start", "joined", "and", "bare"]
"""Where it opens: a sentence, after a comma or "then", after a mere "and", or in the middle."""

AHEAD = 14
"""Words looked at to find what a noun phrase is the subject of."""
_ADVERBS = frozenset(
    "please pls plz kindly also just really still now quickly then maybe perhaps probably all "
    "both urgently either actually simply finally first somehow possibly immediately only "
    "like definitely properly safely ever already guys team folks always".split()
)
_MARKS = frozenset(",;:()\u2014\u2013-\"'`?!*|/[]{}<>")
PURPOSE_SUBJECTS = frozenset(
    "that we i they it you nobody nothing our the this he she users".split()
)
_PASTS = frozenset("been to has have had got".split())
_NEEDS = frozenset(
    "need needs require requires should must shall ought lack lacks deserves".split()
)


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens: its `verb`'s place and the `object`'s, -1 where there is none.

    `subject` says that the clause's own subject is what the asked for is done to. `plain` marks
    statements in the present of "we", whose further verbs are no orders.
    """

    kind: Kind
    form: Form = "order"
    verb: int = -1
    object: int = -1
    subject: bool = False
    plain: bool = False


class Phrases:
    """Phrases by their first word, found in a sentence with adverbs between."""

    def __init__(self, phrases: frozenset[str]) -> None:
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for phrase in sorted(phrases, key=len, reverse=True):
            first, *rest = phrase.split()
            self._by_first.setdefault(first, []).append(tuple(rest))

    def after(self, s: Sentence, at: int) -> int:
        """The place after the longest phrase that stands there, -1 where none does."""
        for rest in self._by_first.get(s.at(at), ()):
            place = at + 1
            for word in rest:
                while s.at(place) != word and s.at(place) in _ADVERBS:
                    place += 1
                if s.at(place) != word:
                    break
                place += 1
            else:
                return place
        return -1

    def firsts(self) -> frozenset[str]:
        """The words that such a phrase begins with."""
        return frozenset(self._by_first)


@cache
def phrases(name: str) -> Phrases:
    """The phrases of a list of `words.toml`."""
    listed: frozenset[str] = getattr(words(), name)
    return Phrases(listed)


def opening(s: Sentence, at: int, strength: Strength, inside: Opening | None) -> Opening | None:
    """What opens at a place, None where the clause before goes on.

    Args:
        s: the sentence.
        at: the place, after what joins ("and", "then", "please").
        strength: how strong a break there is before it.
        inside: what the clause before is.
    """
    known = words()
    if at >= len(s):
        return None
    if phrases("idle").after(s, at) > 0:
        return Opening("idle") if strength != "bare" else None
    found = _purpose(s, at) or _framed(s, at, strength, inside)
    if found or strength == "bare":
        return found or _excluded(s, at)
    found = _asking(s, at, strength, known) or _excluded(s, at)
    if found:
        return found
    if strength in ("start", "joined") and s.low[at] in known.subordinators:
        return Opening("condition")
    if _orders(s, at, strength, inside, known):
        return Opening("ask", "order", at, at + 1)
    return _stated(s, at, strength, inside, known)


def verb_after(s: Sentence, at: int) -> int:
    """The place of the verb that a frame is followed by, -1 where no verb stands there."""
    known = words()
    while s.at(at) in _ADVERBS or s.at(at) in ("to", "have"):
        if s.at(at) == "have" and s.at(at + 1) in known.determiners | known.pronouns:
            return at
        at += 1
    word = s.at(at)
    if not word or not word[0].isalpha() or word in known.determiners or word in known.stops:
        return -1
    if word == "be" and s.at(at + 1) == "able":
        return verb_after(s, at + 2)
    return -1 if word in known.subjects or word in known.preposition else at


def _excluded(s: Sentence, at: int) -> Opening | None:
    after = phrases("excluding").after(s, at)
    return Opening("excluded", object=after) if after > 0 else None


def _purpose(s: Sentence, at: int) -> Opening | None:
    first, second = s.low[at], s.at(at + 1)
    if first == "in" and second == "order" and s.at(at + 2) in ("to", "that", "for"):
        return Opening("purpose")
    if first == "such" and second == "that":
        return Opening("purpose")
    if first == "so" and second in PURPOSE_SUBJECTS:
        framed = phrases("framed").after(s, at + 1) > 0 or phrases("wished").after(s, at + 1) > 0
        return None if framed else Opening("purpose")
    return None


def _framed(s: Sentence, at: int, strength: Strength, inside: Opening | None) -> Opening | None:
    if strength == "bare" and inside and inside.kind in ("purpose", "excluded"):
        return None
    for name, form in (("questioned", "question"), ("framed", "wish"), ("framed_ing", "wish")):
        after = phrases(name).after(s, at)
        if after < 0 or (strength == "bare" and not _may_interrupt(s, at)):
            continue
        verb = verb_after(s, after)
        if verb < 0 or (name == "framed_ing" and not s.low[verb].endswith("ing")):
            continue
        return Opening("ask", "question" if form == "question" else "wish", verb, verb + 1)
    after = phrases("wished").after(s, at)
    if after > 0 and (strength != "bare" or s.low[at] in ("i", "we")) and _wanted(s, after):
        return Opening("ask", "wish", after - 1, after)
    return None


def _wanted(s: Sentence, at: int) -> bool:
    word = s.at(at)
    return bool(word) and word not in _MARKS and word not in ("to", "not", "be", "by", "for")


def _may_interrupt(s: Sentence, at: int) -> bool:
    """Whether a frame in the middle of a sentence begins an ask: not after "because", "that"."""
    if s.low[at] in ("need", "needs", "should", "must", "want", "have", "able", "like", "you"):
        return False
    before = s.at(at - 1)
    return before not in ("that", "because", "which", "what", "if", "as", "since", "who", "where")


def _asking(s: Sentence, at: int, strength: Strength, known: Words) -> Opening | None:
    first, second = s.low[at], s.at(at + 1)
    if first in known.wh:
        if not _interrogative(s, at, strength, known):
            return None
        verb = at + 1 if second and second not in known.inverted else -1
        return Opening("ask", "question", verb, at + (2 if second else 1))
    if first in known.inverted and strength != "bare" and (s.asked or strength == "start"):
        subject = second in known.subjects or second in known.determiners
        if subject or (s.asked and strength == "start"):
            return Opening("ask", "question", -1, at + 1)
    return None


def _interrogative(s: Sentence, at: int, strength: Strength, known: Words) -> bool:
    second = s.at(at + 1)
    if s.low[at] in ("which", "when", "where", "who") and strength != "start":
        return s.asked and second in known.inverted
    if second in known.inverted or "'" in s.low[at]:
        return s.low[at] != "which" or s.asked
    return s.asked or (second == "to" and s.low[at] != "when")


def _orders(s: Sentence, at: int, strength: Strength, inside: Opening | None, known: Words) -> bool:
    word, after = s.low[at], s.at(at + 1)
    if strength != "start" and not _may_order(s, at, strength, inside):
        return False
    if word in known.verbs:
        return not (after in known.heads or after in known.finite) or after in known.determiners
    takes = after in known.determiners or after in known.pronouns or after == "on-call"
    if f"{word} {after}" in known.particled:
        return True
    if word in known.verbish:
        bare = bool(after) and after[0].isalnum() and after not in known.preposition
        return takes or (bare and after not in known.heads and after not in known.auxiliaries)
    if word in known.nounish:
        return takes and after not in ("no", "which", "that", "this", "one")
    return _unknown_verb(s, at, known)


def _may_order(s: Sentence, at: int, strength: Strength, inside: Opening | None) -> bool:
    if inside is None:
        return True
    if inside.plain or (inside.kind == "purpose" and strength == "and"):
        return False
    if inside.kind in ("condition", "statement") and strength == "and":
        return s.low[at] in words().verbs and s.at(at + 1) in words().determiners
    return s.at(at - 1) not in ("or", "nor")


def _unknown_verb(s: Sentence, at: int, known: Words) -> bool:
    """A word that no list has, before an article: a verb unless its ending says otherwise."""
    word, after = s.low[at], s.at(at + 1)
    if after not in ("the", "our", "a", "an", "my") or not word.isalpha() or len(word) < 4:
        return False
    if word.endswith(("s", "ed", "ing", "ly", "ion", "ty")) or word in known.finite:
        return False
    taken = (known.preposition, known.subordinators, known.greetings, known.heads, known.leads)
    return not any(word in one for one in taken)


def _stated(
    s: Sentence, at: int, strength: Strength, inside: Opening | None, known: Words
) -> Opening | None:
    place = _predicate(s, at, known)
    if place < 0:
        return Opening("fragment") if strength == "start" else None
    word, after = s.low[place], s.at(place + 1)
    if strength == "and" and (inside is None or inside.kind != "ask"):
        return None
    if word in _NEEDS and after not in _PASTS | {"not", "be"} and _is_noun_subject(s, at, place):
        return _needed(s, at, place)
    if word in _NEEDS and (after == "to" or (after == "be" and s.at(place + 2) not in _FINE)):
        return _needed(s, at, place)
    return Opening("statement", plain=_habit(s, at, known))


_FINE = frozenset("fine ok okay enough able possible easy good unaffected safe back".split())


def _is_noun_subject(s: Sentence, at: int, place: int) -> bool:
    return s.low[at] not in ("it", "he", "she", "they", "that") or s.low[place] in ("needs", "need")


def _needed(s: Sentence, at: int, place: int) -> Opening:
    """ "The step needs a gate", "on-call should be paged": what is done, to the subject."""
    verb = place + 1
    while s.at(verb) in ("to", "be", "also", "always", "not", "have", "been"):
        verb += 1
    if s.low[place] in ("need", "needs", "require", "requires", "lacks", "deserves") and (
        s.at(place + 1) != "to"
    ):
        return Opening("ask", "wish", place, at, subject=True)
    return Opening("ask", "wish", verb if verb < len(s) else place, at, subject=True)


def _predicate(s: Sentence, at: int, known: Words) -> int:
    """The place of the first finite verb of a clause, -1 where none is near."""
    end = min(len(s), at + AHEAD)
    for place in range(at, end):
        word = s.low[place]
        if word in _MARKS and place > at:
            return -1
        if word in _NEEDS and place > at:
            return place
        if word not in known.finite:
            continue
        before, after = s.at(place - 1), s.at(place + 1)
        noun = place > at and (before in known.determiners or before in known.preposition)
        if noun and word not in known.auxiliaries:
            continue
        if word in known.auxiliaries or "'" in word or after not in ("of", "for", "and", "or"):
            return place
    return -1


def _habit(s: Sentence, at: int, known: Words) -> bool:
    """ "We train nightly and push": a verb in its base form right after "we"."""
    return s.low[at] in ("we", "i", "they", "you") and (
        s.at(at + 1) not in known.finite or s.at(at + 2) in known.verbs
    )
