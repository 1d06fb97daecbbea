"""What a clause is by how it opens: an order, a question, a wish, a condition, a statement.

Owns the English grammar of openings, over a bounded number of words, so that reading stays linear.
It finds neither objects nor the end of a clause.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mlops_agent.boundary.frames import object_after, phrases, verb_after, way_to
from mlops_agent.boundary.reading import Form
from mlops_agent.boundary.sentences import Sentence
from mlops_agent.boundary.stating import (
    AHEAD,
    MARKS,
    behind_aside,
    habitual,
    is_need,
    need_behind,
    needed,
    predicate,
    told_you,
)
from mlops_agent.boundary.words import Words, words

Kind = Literal["ask", "statement", "fragment", "condition", "purpose", "excluded", "idle"]
Strength = Literal["start", "joined", "and", "bare"]
"""Where it opens: a sentence, after a comma or "then", after a mere "and", or in the middle."""

_SUBJECT_PREPOSITIONS = frozenset(
    {"for", "from", "with", "in", "at", "on", "after", "before", "besides"}
)
_TOLD_OF = frozenset({"who", "what", "which", "whether", "how", "when"})
"""What an order to note something may have for an object: "log who promoted which model"."""
_BESIDES = {("as", "well"), ("as", "a"), ("as", "an")}
"""What adds to the words before it, and opens no clause."""
_INTERRUPTING = frozenset(
    {"i", "we", "i'd", "we'd", "please", "pls", "plz", "can", "could", "would"}
)
_SUBORDINATING = frozenset({"what", "as", "how", "why", "before", "after", "until", "till", "once"})
_MOSTLY_NOUNS = frozenset({"need", "needs", "should", "must", "want", "have", "able", "like"})


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


def opening(s: Sentence, at: int, strength: Strength, inside: Opening | None) -> Opening | None:
    """What opens at a place, None where the clause before goes on.

    Args:
        s: the sentence.
        at: the place, after what joins ("and", "then", "please").
        strength: how strong a break there is before it.
        inside: what the clause before is.
    """
    if at >= len(s) or phrases("idle").after(s, at) > 0:
        return Opening("idle") if strength != "bare" and at < len(s) else None
    found = _purpose(s, at) or _framed(s, at, strength, inside)
    if strength == "bare":
        return found or _excluded(s, at)
    found = found or _asking(s, at, strength) or _excluded(s, at)
    return found or _plain(s, at, strength, inside)


def _plain(s: Sentence, at: int, strength: Strength, inside: Opening | None) -> Opening | None:
    """A clause that no set phrase opens."""
    told = _told_on(s, at, strength, inside)
    if told:
        return told
    if s.low[at : at + 2] in _BESIDES and strength != "start":
        return None
    fronted = _fronted(s, at, strength)
    if fronted:
        return fronted
    if strength != "and" and (s.low[at] in words().subordinators or _leads_in(s, at, strength)):
        return Opening("condition")
    if _orders(s, at, strength, inside):
        return Opening("ask", "order", at, object_after(s, at))
    return _stated(s, at, strength, inside)


def _excluded(s: Sentence, at: int) -> Opening | None:
    after = phrases("excluding").after(s, at)
    if s.low[at] == "without" and not s.at(at + 1).endswith("ing"):
        return None
    return Opening("excluded", object=after) if after > 0 else None


def _fronted(s: Sentence, at: int, strength: Strength) -> Opening | None:
    """ "For the shop, a test suite": a note whose first words say what it is for."""
    if strength != "start" or s.low[at] not in _SUBJECT_PREPOSITIONS:
        return None
    for place in range(at + 2, min(len(s) - 1, at + AHEAD)):
        if s.low[place] in MARKS:
            noun = s.low[place] == "," and s.low[place + 1] not in words().preposition
            bare = noun and predicate(s, place + 1) < 0 and not _asking(s, place + 1, "joined")
            told = bare and not _framed(s, place + 1, "joined", None)
            return (
                Opening("fragment") if told and not _orders(s, place + 1, "start", None) else None
            )
    return None


def _leads_in(s: Sentence, at: int, strength: Strength) -> bool:
    """ "For the release I need ...": a phrase before the words that ask."""
    if strength != "start" or s.low[at] not in _SUBJECT_PREPOSITIONS:
        return False
    for place in range(at + 1, min(len(s), at + AHEAD)):
        word = s.low[place]
        if word == ",":
            return True
        if word in _INTERRUPTING and _framed(s, place, "bare", None):
            return True
    return False


def _purpose(s: Sentence, at: int) -> Opening | None:
    first, second = s.low[at], s.at(at + 1)
    if first == "in" and second == "order" and s.at(at + 2) in ("to", "that", "for"):
        return Opening("purpose")
    if first == "such" and second == "that":
        return Opening("purpose")
    if first == "to" and at == 0 and need_behind(s, at) > 0:
        return Opening("purpose")
    if first != "so" or second not in words().purpose_subjects:
        return None
    framed = phrases("framed").after(s, at + 1) > 0 or phrases("wished").after(s, at + 1) > 0
    place = predicate(s, at + 1) if second == "the" else -1
    return None if framed or (place > 0 and is_need(s, at + 1, place)) else Opening("purpose")


def _framed(s: Sentence, at: int, strength: Strength, inside: Opening | None) -> Opening | None:
    if strength == "bare" and not _may_interrupt(s, at, inside):
        return None
    verb = verb_after(s, at + 1) if s.low[at] in words().polite and strength == "bare" else -1
    if verb == at + 1 and (s.low[verb] in words().verbs or s.low[verb] in words().verbish):
        return Opening("ask", "order", verb, verb + 1)
    for name in ("questioned", "framed", "framed_ing"):
        after = phrases(name).after(s, at)
        verb = verb_after(s, after) if after > 0 else -1
        if verb < 0 or (name == "framed_ing" and not s.low[verb].endswith("ing")):
            continue
        form: Form = "question" if name == "questioned" else "wish"
        return Opening("ask", form, verb, verb + 1)
    after = phrases("wished").after(s, at)
    wanted = behind_aside(s, after) if after > 0 and s.at(after) == "," else after
    if (
        wanted > 0
        and (strength != "bare" or s.low[at] in ("i", "we", "i'd", "we'd"))
        and _wanted(s, wanted)
    ):
        return Opening("ask", "wish", _wish_verb(s, at, after), wanted)
    return None


def _wish_verb(s: Sentence, at: int, after: int) -> int:
    verb = after - 1
    while verb > at and s.low[verb] in ("you", "for", "from", "with", "is", "be", "in", "of"):
        verb -= 1
    return verb


def _wanted(s: Sentence, at: int) -> bool:
    word = s.at(at)
    return (
        bool(word) and word not in MARKS and word not in ("to", "not", "be", "by", "no", "nothing")
    )


def _may_interrupt(s: Sentence, at: int, inside: Opening | None) -> bool:
    """Whether a frame in the middle of a sentence begins an ask: not after "because", "that"."""
    if s.low[at] in _MOSTLY_NOUNS or (inside and inside.kind in ("purpose", "excluded")):
        return False
    before = s.at(at - 1)
    return before not in words().relative and before not in _SUBORDINATING


def _asking(s: Sentence, at: int, strength: Strength) -> Opening | None:
    known = words()
    first, second = s.low[at], s.at(at + 1)
    if first in known.wh and _interrogative(s, at, strength):
        verb = way_to(s, at)
        if verb >= 0:
            return Opening("ask", "question", verb, verb + 1)
        acts = first == "who" and second and second not in known.inverted
        aside = 2 if acts or second in known.inverted else 1
        return Opening("ask", "question", at + 1 if acts else -1, at + aside)
    if (
        s.asked
        and first in known.preposition
        and second in ("what", "which", "whom", "whose", "how")
    ):
        return Opening("ask", "question", -1, at + 2)
    if first in known.inverted and not _looks(s, at) and (s.asked or strength == "start"):
        subject = second in known.subjects or second in known.determiners
        if subject or (s.asked and strength == "start"):
            return Opening("ask", "question", -1, at + 1)
    return None


def _interrogative(s: Sentence, at: int, strength: Strength) -> bool:
    known = words()
    first, second = s.low[at], s.at(at + 1)
    if first == "what" and not s.asked and _cleft(s, at):
        return False
    if first == "which" and strength == "start":
        return s.asked or second not in known.finite
    if first in ("which", "when", "where", "whose") and strength != "start":
        return s.asked and second in known.inverted
    if first == "who" and strength != "start":
        return s.asked and second not in known.subjects
    if second in known.inverted or "'" in first:
        return first not in ("which", "when", "whose") or s.asked
    return s.asked or (second == "to" and first != "when")


def _cleft(s: Sentence, at: int) -> bool:
    """ "What is wrong is on our side": told, for all that it begins like a question."""
    return any(word in ("is", "was", "are") for word in s.low[at + 2 : at + AHEAD])


def _orders(s: Sentence, at: int, strength: Strength, inside: Opening | None) -> bool:
    known = words()
    word, after = s.low[at], s.at(at + 1)
    if "`" in (s.at(at - 1), after) or not _may_order(s, at, strength, inside):
        return False
    helps = word == "help" and (after in known.verbs or after in known.verbish)
    if helps or _looks(s, at) or f"{word} {after}" in known.particled:
        return True
    takes = after in known.determiners or after in known.pronouns or after == "on-call"
    if word in known.verbs:
        return takes or after not in known.auxiliaries
    if word in known.verbish:
        takes = takes or (strength == "start" and object_after(s, at) > at + 1)
        return takes or _bare_object(after, known)
    if word in known.nounish:
        clause = after == "that" and s.at(at + 2) in known.determiners | known.pronouns
        told = after in _TOLD_OF and (inside is None or inside.kind in ("condition", "purpose"))
        return told or (takes and after not in ("no", "which", "one") and not clause)
    return _unknown_verb(s, at)


def _looks(s: Sentence, at: int) -> bool:
    """ "Have a look at": an order, for all that "have you" is a question."""
    return s.low[at] == "have" and phrases("light").after(s, at) > 0


def _bare_object(after: str, known: Words) -> bool:
    if not after or not after[0].isalnum() or after.endswith("ed") or after[0].isdigit():
        return False
    return not any(
        after in one for one in (known.preposition, known.heads, known.auxiliaries, known.sequence)
    )


def _may_order(s: Sentence, at: int, strength: Strength, inside: Opening | None) -> bool:
    if inside is None or strength == "start":
        return True
    if inside.plain or (inside.kind == "purpose" and strength == "and"):
        return False
    if inside.kind in ("statement", "fragment") and s.at(at + 1) in ("", ",", "and", "or"):
        return False
    if inside.kind in ("condition", "statement") and strength == "and":
        return s.low[at] in words().verbs and s.at(at + 1) in words().determiners
    return s.at(at - 1) not in ("or", "nor")


def _unknown_verb(s: Sentence, at: int) -> bool:
    """A word that no list has, before an article: a verb unless its ending says otherwise."""
    known = words()
    word, after = s.low[at], s.at(at + 1)
    if (
        after not in ("the", "our", "a", "an", "my", "it", "them")
        or not word.isalpha()
        or len(word) < 4
    ):
        return False
    if word.endswith(("s", "ed", "ing", "ly", "ion", "ty")) or word in known.finite:
        return False
    taken = (
        known.preposition, known.subordinators, known.greetings, known.heads, known.leads,
        known.numbers,
    )  # fmt: skip
    return not any(word in one for one in taken)


def _told_on(s: Sentence, at: int, strength: Strength, inside: Opening | None) -> Opening | None:
    """ "... and to prepare the schedule", "..., also that the columns are masked"."""
    if inside is None or inside.kind != "ask" or strength == "start":
        return None
    second = s.at(at + 1)
    if s.low[at] == "to" and (second in words().verbs or second in words().verbish):
        return Opening("ask", inside.form, at + 1, at + 2)
    if s.low[at] == "that" and strength == "joined" and second not in words().finite:
        return Opening("ask", inside.form, -1, at + 1)
    return None


def _stated(s: Sentence, at: int, strength: Strength, inside: Opening | None) -> Opening | None:
    if strength != "and" and told_you(s, at):
        return Opening("ask", "order", at + 1, at + 2)
    place = predicate(s, at)
    if place < 0:
        return _without_verb(s, at, strength, inside)
    found = _passed_on(s, place)
    if found or (strength == "and" and (inside is None or inside.kind != "ask")):
        return found
    question = inside is not None and inside.form == "question" and strength == "and"
    if s.at(place + 1) == "," and s.low[place] in words().takes_need:
        wanted = behind_aside(s, place + 1)
        if wanted > 0 and _wanted(s, wanted):
            return Opening("ask", "wish", place, wanted)
    if is_need(s, at, place) and not question:
        return Opening("ask", "wish", needed(s, place), at, subject=True)
    return Opening("statement", plain=habitual(s, at))


def _without_verb(
    s: Sentence, at: int, strength: Strength, inside: Opening | None
) -> Opening | None:
    """A noun phrase: an ask behind what for and what not, else a note where it stands alone."""
    behind = inside is not None and inside.kind in ("purpose", "excluded")
    if strength == "joined" and behind and s.low[at] in ("a", "an"):
        return Opening("ask", "wish", -1, at)
    return Opening("fragment") if strength == "start" else None


def _passed_on(s: Sentence, place: int) -> Opening | None:
    """ "My manager asked me to set up an alert": what the caller was asked, the caller asks."""
    after = phrases("framed").after(s, place if s.at(place + 1) in ("me", "us") else place - 1)
    verb = verb_after(s, after) if after > 0 else -1
    return Opening("ask", "wish", verb, verb + 1) if verb > 0 else None
