"""Models as people name them: "the parking occupancy model", "the tip predictor".

Owns telling a model of somebody's from "the model" that could be any, and from what is called a
model and is none ("the threat model").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from mlops_agent.vocabulary.prepared import listed

FILE = Path(__file__).with_name("naming.toml")
BEFORE = 3
"""As many words before a head can name it."""


class _Names(NamedTuple):
    alone: frozenset[tuple[str, ...]]
    first: frozenset[str]
    after: frozenset[str]
    bare: frozenset[str]
    others: frozenset[str]


@cache
def _names() -> _Names:
    raw: dict[str, str] = listed(FILE)
    lists = {key: [one.strip() for one in text.split(",")] for key, text in raw.items()}
    alone = frozenset(tuple(one.split()) for one in lists["alone"])
    return _Names(
        alone,
        frozenset(one[0] for one in alone if one),
        frozenset(lists["after"]),
        frozenset(lists["bare"]),
        frozenset(lists["others"]),
    )


def named_models(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where a text of plain words names a model, as positions of its words."""
    names = _names()
    for at, word in enumerate(words):
        if word in names.first and (
            (word,) in names.alone or tuple(words[at : at + 2]) in names.alone
        ):
            yield at, at + 1
        elif word in names.after:
            begin = _begin(words, at, names)
            if begin < at:
                yield begin, at + 1


def _begin(words: Sequence[str], head: int, names: _Names) -> int:
    """Where the words that name a head begin; the head's own place where none does."""
    begin = head
    for at in range(head - 1, max(-1, head - 1 - BEFORE), -1):
        if words[at] in names.bare:
            break
        if words[at] in names.others:
            return head
        begin = at
    return begin
