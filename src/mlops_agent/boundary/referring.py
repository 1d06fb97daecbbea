"""What "it" and "them" stand for: the last fitting noun phrase before them.

Owns the phrases met so far, at most a few. It looks at no words behind the pronoun.
"""

from __future__ import annotations

from mlops_agent.boundary.objects import sliced
from mlops_agent.boundary.sentences import Sentence
from mlops_agent.boundary.stating import predicate
from mlops_agent.boundary.words import words

_LONGEST = 12


class Referents:
    """The noun phrases that later pronouns can mean."""

    def __init__(self) -> None:
        self._object = ""
        self._subject = ""

    def object(self, thing: str) -> None:
        """Remember the object of an ask."""
        if thing:
            self._object = thing

    def told(self, text: str, s: Sentence, begin: int, end: int) -> None:
        """Remember what a statement is about: its subject, up to its first verb."""
        known = words()
        while begin < end and s.low[begin] in known.subordinators | known.leads:
            begin += 1
        if begin >= end or s.low[begin] in known.subjects | known.greetings | known.preposition:
            return
        stop, verb = begin, predicate(s, begin)
        while stop < min(end, begin + _LONGEST) and stop != verb:
            mark = not s.low[stop][0].isalnum() and s.low[stop] not in ("`", "(", ")")
            verbal = s.low[stop] in known.finite and s.low[stop] not in known.nouns_in_s
            if mark or verbal or s.low[stop] in known.relative:
                break
            stop += 1
        found = sliced(text, s, begin, stop)
        if stop - begin >= 1 and found:
            self._subject, self._object = found, ""

    def named(self, thing: str) -> str:
        """An object with what a pronoun at its beginning means in the pronoun's place."""
        first, _, rest = thing.partition(" ")
        pointing = first.lower() in ("it", "them")
        if first.lower() in ("that", "this", "these", "those"):
            second = rest.split(" ")[0]
            pointing = second.endswith("ed") or second in words().preposition
        meant = self.meant(first) if pointing else ""
        return f"{meant} {rest}" if meant and rest and not meant.endswith(rest) else thing

    def meant(self, pronoun: str) -> str:
        """What a pronoun means, empty where nothing fitting was said."""
        return self._object or self._subject
