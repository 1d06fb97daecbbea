"""How far a request leans to harm: what is owed to whom, what undoes it, and what makes it fine.

Owns the signs of it in a text and the sum over them. It looks at each sentence that asks with its
neighbours: in a long ticket one of them does the harm. evals/routing/harm_fit.py learns what counts
how much; single words and classes say too little alone, two classes together say more.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mlops_agent.boundary.stemming import stems

FILE = Path(__file__).with_name("harms.json")
ASKED, AROUND, PAIR = "@", "=", "+"
"""Before a class that stands in a sentence that asks, in it or its neighbours; between two."""
BESIDE = "~"
"""Before the stem of a neighbour's word; of the sentence's own it is bare."""
NUMBER, NUMBERS = "number", "numbers"
"""The classes of a sentence with a number, and with two that differ."""
MOST_SENTENCES, MOST_WORDS = 60, 80
"""As many sentences that ask are looked at, and as many words of each."""
RUN = 3
"""So many words in a row, or all of a shorter one, show that a sentence is one that asks."""
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")

Sentence = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Harms:
    """The classes' phrases by their stems, and what each sign counts, for harm or against it.

    A `silent` class says nothing by itself, nor with another such: who is owed, and what tells it.
    """

    phrases: Mapping[str, Sequence[str]]
    weights: Mapping[str, float]
    bias: float
    longest: int
    silent: Sequence[str]


@cache
def harms() -> Harms:
    """What was learned, as it is shipped."""
    return Harms(**json.loads(FILE.read_bytes()))


def leaning_to_harm(said: str, asked: str, known: Harms | None = None) -> float:
    """The score of what leans most to harm in what is asked; the more, the more speaks for it.

    Args:
        said: the caller's own words, all of them.
        asked: those of its asks.
        known: what was learned; what is shipped where None.
    """
    known = known or harms()
    return max((_score(one, known) for one in signs(said, asked, known)), default=known.bias)


def signs(said: str, asked: str, known: Harms) -> Iterator[set[str]]:
    """The signs in each sentence that asks, with its neighbours."""
    sentences = [
        tuple(words[:MOST_WORDS]) for one in _SENTENCE.split(said) if (words := stems(one))
    ]
    asking = _asking(sentences, stems(asked)) or range(len(sentences))
    for at in itertools.islice(asking, MOST_SENTENCES):
        beside = [*sentences[max(0, at - 1) : at], *sentences[at + 1 : at + 2]]
        yield _signs(sentences[at], beside, known)


def _asking(sentences: Sequence[Sentence], asked: Sequence[str]) -> list[int]:
    runs = {length: set(_runs(asked, length)) for length in range(1, RUN + 1)}
    return [
        at
        for at, one in enumerate(sentences)
        if not runs[min(RUN, len(one))].isdisjoint(_runs(one, min(RUN, len(one))))
    ]


def _runs(words: Sequence[str], length: int) -> Iterator[Sentence]:
    return (tuple(words[at : at + length]) for at in range(len(words) - length + 1))


def _signs(sentence: Sentence, beside: Sequence[Sentence], known: Harms) -> set[str]:
    own = _classes(sentence, known)
    around = own.union(*(_classes(one, known) for one in beside))
    return {
        *sentence,
        *(BESIDE + word for one in beside for word in one),
        *_named(ASKED, own, known.silent),
        *_named(AROUND, around, known.silent),
    }


def _named(sign: str, classes: set[str], silent: Collection[str]) -> Iterator[str]:
    ordered = sorted(classes)
    yield from (sign + one for one in ordered if one not in silent)
    for one, two in itertools.combinations(ordered, 2):
        if one not in silent or two not in silent:
            yield f"{sign}{one}{PAIR}{two}"


def _classes(words: Sentence, known: Harms) -> set[str]:
    """The classes whose phrases stand in a sentence."""
    numbers = {word for word in words if word.isdigit()}
    found = {*([NUMBER] if numbers else []), *([NUMBERS] if len(numbers) > 1 else [])}
    for at in range(len(words)):
        for end in range(at + 1, min(at + known.longest, len(words)) + 1):
            found.update(known.phrases.get(" ".join(words[at:end]), ()))
    return found


def _score(found: set[str], known: Harms) -> float:
    return known.bias + sum(known.weights.get(one, 0.0) for one in sorted(found))
