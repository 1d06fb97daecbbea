"""Set phrases that a request is put with: "could you", "we need", "what's the best way to".

Owns finding such a phrase, adverbs between its words, and the verb after it.
"""

from __future__ import annotations

from functools import cache

from mlops_agent.boundary.sentences import Sentence
from mlops_agent.boundary.stating import behind_aside
from mlops_agent.boundary.words import words

_WAY_AHEAD = 8


class Phrases:
    """Phrases by their first word, found in a sentence with adverbs between."""

    def __init__(self, phrases: frozenset[str]) -> None:
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for phrase in sorted(phrases, key=lambda one: (-len(one), one)):
            first, *rest = phrase.split()
            self._by_first.setdefault(first, []).append(tuple(rest))

    def after(self, s: Sentence, at: int) -> int:
        """The place after the longest phrase that stands there, -1 where none does."""
        adverbs = words().adverbs
        for rest in self._by_first.get(s.at(at), ()):
            place = at + 1
            for word in rest:
                # Adverbs beyond a handful are no one's way to ask.
                while s.at(place) != word and s.at(place) in adverbs and place < at + 12:
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


def verb_after(s: Sentence, at: int) -> int:
    """The place of the verb that a frame is followed by, -1 where no verb stands there."""
    known = words()
    for _ in range(_WAY_AHEAD):
        word = s.at(at)
        takes = s.at(at + 1) in known.determiners | known.pronouns
        if not (word in known.adverbs or word == "to" or (word == "have" and not takes)):
            break
        at += 1
    word = s.at(at)
    if word == "be" and s.at(at + 1) == "able":
        return verb_after(s, at + 2)
    if word == "have":
        return at
    refused = (known.determiners, known.stops, known.subjects, known.preposition, {"not"})
    if not word or not word[0].isalpha() or any(word in one for one in refused):
        return -1
    return at


def object_after(s: Sentence, at: int) -> int:
    """Where the object of an order begins, also behind an aside: "send us, by May, a plan"."""
    after = max(phrases("light").after(s, at), at + 1)
    wanted = behind_aside(s, after) if s.at(after) == "," else -1
    return wanted if s.at(wanted) in ("a", "an", "the", "our", "your") else at + 1


def way_to(s: Sentence, at: int) -> int:
    """The verb of "what's the best way to X", -1 where no such phrase is near."""
    for place in range(at + 1, min(len(s) - 1, at + _WAY_AHEAD)):
        if s.low[place] in ("way", "ways", "approach") and s.low[place + 1] in ("to", "of"):
            return verb_after(s, place + 2)
    return -1
