"""Clauses with a subject: what is told, and what is wanted of the subject.

Owns finding the first finite verb of a clause, over a bounded number of words.
"""

from __future__ import annotations

from mlops_agent.boundary.sentences import Sentence
from mlops_agent.boundary.words import words

AHEAD = 14
"""Words looked at to find what a noun phrase is the subject of."""
_LONGEST_ASIDE = 12
"""Words of an aside between a wish and what is wished for."""
MARKS = frozenset(",;:()\u2014\u2013-\"'`?!*|/[]{}<>")
_PASTS = frozenset({"been", "had", "got"})
_TOLD_ABOUT = frozenset({"get", "see", "find", "use", "keep", "know", "say", "let", "make", "run"})
"""What "you" is told of more often than asked for."""
_PRONOUNS = frozenset({"i", "we", "you", "he", "she", "it", "they"})


def predicate(s: Sentence, at: int) -> int:
    """The place of the first finite verb of the clause, -1 where none is near."""
    known = words()
    for place in range(at, min(len(s), at + AHEAD)):
        word = s.low[place]
        if place > at and (word in MARKS or word in known.relative):
            break
        if word in known.needs and place > at and not _nominal(s, at, place):
            return place
        if word in known.finite and _is_finite(s, at, place):
            return place
    return at + 1 if s.low[at] in _PRONOUNS and at + 1 < len(s) else -1


def behind_aside(s: Sentence, comma: int) -> int:
    """ "We need, by Easter, a plan": the place behind an aside, -1 where none closes soon."""
    for place in range(comma + 2, min(len(s) - 1, comma + _LONGEST_ASIDE)):
        if s.low[place] == ",":
            return place + 1 + (s.low[place + 1] == "is")
        if s.low[place] in MARKS:
            return -1
    return -1


def is_need(s: Sentence, at: int, place: int) -> bool:
    """Whether a finite verb says that something is wanted of the clause's subject."""
    known = words()
    word, after = s.low[place], s.at(place + 1)
    if of_people(s, place) and after == "to":
        return False
    if word in ("has", "have", "is", "are"):
        return after == "to"
    if word not in known.needs or after in _PASTS or s.low[at] in ("i", "we", "you"):
        return False
    if word in ("should", "must", "shall", "ought"):
        subject = s.low[at] not in ("it", "he", "she", "they", "that", "this")
        fine = after == "be" and s.at(place + 2) in known.fine
        had = after == "have" and s.at(place + 2).endswith(("ed", "en"))
        return not (fine or had or after == "not") and (subject or after == "be")
    return after not in ("not", "no")


def of_people(s: Sentence, place: int) -> bool:
    """Whether people do what a verb says: what they "have to" do is told, and asked of nobody."""
    return s.at(place - 1) in words().people and s.at(place + 2) != "be"


def needed(s: Sentence, place: int) -> int:
    """The verb that is wanted: "paged" of "should be paged", "needs" of "needs a gate"."""
    if s.low[place] in words().takes_need and s.at(place + 1) != "to":
        return place
    verb = place + 1
    while s.at(verb) in ("to", "be", "also", "always", "have", "been") and verb < len(s) - 1:
        verb += 1
    return verb if verb < len(s) else place


def habitual(s: Sentence, at: int) -> bool:
    """ "We train nightly and push": a verb in its base form right after "we"."""
    return s.low[at] in ("we", "i", "they", "you") and (
        s.at(at + 1) not in words().finite or s.at(at + 2) in words().verbs
    )


def _nominal(s: Sentence, at: int, place: int) -> bool:
    """ "The needs of the team": a noun after an article."""
    return s.at(place - 1) in words().determiners and s.low[place] in ("needs", "need", "lack")


def _is_finite(s: Sentence, at: int, place: int) -> bool:
    known = words()
    word, before, after = s.low[place], s.at(place - 1), s.at(place + 1)
    if word in known.auxiliaries or "'" in word:
        return True
    if place > at and (before in known.determiners or before in known.preposition):
        return False
    if word in known.nouns_in_s and place > at:
        # "Trains", "scores": nouns at the end of a phrase, verbs before what they do.
        nominal = not after or after in known.preposition or after in known.auxiliaries
        return not nominal and after not in MARKS
    return after not in ("of", "for", "and", "or", ",")


def need_behind(s: Sentence, at: int) -> int:
    """The subject of which something is wanted behind a reason that no comma ends, -1 for none."""
    known = words()
    for place in range(at + 2, min(len(s), at + 2 * AHEAD)):
        if s.low[place] in MARKS - {"-", "'", '"'}:
            return -1
        wanted = s.low[place] in known.needs or (
            s.low[place] in ("has", "have") and s.at(place + 1) == "to"
        )
        if not wanted or s.at(place - 1) in known.subjects:
            continue
        for subject in range(place - 2, max(at + 2, place - AHEAD), -1):
            if s.low[subject] in known.determiners and s.at(subject - 1) not in known.preposition:
                return subject if is_need(s, subject, place) else -1
        return -1
    return -1


def told_you(s: Sentence, at: int) -> bool:
    """ "SRE writes the postmortem; you roll back the ranker": an order with its subject."""
    known = words()
    verb, after = s.at(at + 1), s.at(at + 2)
    if s.asked or s.low[at] != "you" or verb in _TOLD_ABOUT:
        return False
    acts = verb in known.verbs or verb in known.verbish
    return f"{verb} {after}" in known.particled or (acts and after in known.determiners)
