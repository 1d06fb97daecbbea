"""Whether a text really holds a metric, a threshold, an action or an owner.

Content counts, not wording: a number or a condition that can be decided, a verb that does
something, a team or person that answers. What stands in for these without saying any does not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from mlops_agent.vocabulary.plan import bar_words

Aspect = Literal["metric", "threshold", "action", "owner"]
ASPECTS: tuple[Aspect, ...] = ("metric", "threshold", "action", "owner")
_VAGUE_NAME = re.compile(
    r"^(?:the|our|a|an|this|that|each|every|any|some|right|relevant|appropriate|responsible|same|"
    r"respective|corresponding|whole|entire|should|must|shall|will|can|may|needs?|has|have|is|are|"
    r"to|be|in|of|for|on(?!-)|at|by|and|or|which|who|when|if|tbd|tba|unclear|unknown|nobody|"
    r"someone|stakeholders?|people|persons?(?! on)|somebody|everyone|everybody|anyone|we|us|it|"
    r"no|none|not|n/a|open|other|assumed|teams?(?!\s(?-i:[A-Z])))\b",
    re.IGNORECASE,
)
_SHORT = 3
"""An action of so few words that ends with a question mark is none: "fix it?"."""
_ARTICLE = re.compile(r"^(?:the|our|a|an)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be a control: its place, the heading above it, and its four parts.

    `told` are the parts that a table or a record gives a place of their own; the others were looked
    for in the whole text. `topic` is what it is about: its name and metric; `row` is the first cell
    of a table's row.
    """

    where: str
    heading: str
    topic: str
    parts: dict[Aspect, str]
    told: frozenset[Aspect] = frozenset()
    key: str = ""
    row: str = ""

    def lacking(self, needs: tuple[str, ...]) -> list[Aspect]:
        """The aspects among `needs` that it does not hold."""
        return [
            aspect
            for aspect in ASPECTS
            if aspect in needs
            and not holds(aspect, self.parts.get(aspect, ""), told=aspect in self.told)
        ]


def holds(aspect: Aspect, text: str, *, told: bool) -> bool:
    """Whether a text holds an aspect; `told` says that it stands in a place of its own."""
    words = bar_words().aspects[aspect]
    # Our own Markdown marks what is assumed with an escaped asterisk.
    bare = " ".join(text.replace("\\*", "").replace("`", " ").replace("*", "").split())
    said, fillers = _filler().subn(" ", bare)
    asked = bare.endswith("?") and (aspect != "action" or bare.count(" ") < _SHORT)
    if told and (asked or (fillers and aspect in ("owner", "metric"))):
        return False
    # What is left without the filler has to say it: "0.1, as needed" says 0.1.
    said = _left(aspect, said, filled=bool(fillers))
    if _whole(words.empty).match(said):
        return False
    if told:
        return any(_whole(one).search(said) for one in words.cell) and not _vague(aspect, said)
    said = _whole(words.without).sub(" ", said)
    if aspect == "owner":
        return any(
            not _VAGUE_NAME.match(_ARTICLE.sub("", match["name"]))
            for one in words.says
            for match in _whole(one).finditer(said)
        )
    return any(_whole(one).search(said) for one in words.says)


def _left(aspect: Aspect, said: str, *, filled: bool) -> str:
    """A text without what says nothing of an aspect."""
    words = bar_words().aspects[aspect]
    if aspect == "threshold":
        said = _cased(bar_words().references).sub(" ", said)
    said = _whole(words.hollow).sub(" ", said.strip())
    if filled:
        said = _whole(words.weak).sub(" ", said)
    return " ".join(said.split()).strip(" .,;:-|\u2013\u2014()")


def _vague(aspect: Aspect, said: str) -> bool:
    """A cell that says only that something will be said."""
    if aspect == "owner":
        return _VAGUE_NAME.match(_ARTICLE.sub("", said)) is not None
    words = bar_words().aspects["action"]
    acts = (*words.says, words.acts)
    return aspect == "action" and not any(_whole(one).search(said) for one in acts)


@cache
def _cased(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@cache
def _filler() -> re.Pattern[str]:
    return re.compile(bar_words().filler, re.IGNORECASE)


@cache
def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
