"""The roster: the skills that work can be somebody's, each with its territory.

Owns reading `siblings.toml`, once a process. It does not decide whose a piece of work is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from mlops_agent.vocabulary.errors import VocabularyError
from mlops_agent.vocabulary.prepared import listed

ROSTER = Path(__file__).with_name("siblings.toml")


class NearMiss(NamedTuple):
    """A request that sounds like a skill's and is not, and whose it is; empty where nobody's."""

    text: str
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Sibling:
    """A skill by its name, and in one line what it answers for.

    `examples` are requests that are its own. `objects` are phrases that make a request its own
    beside those that its territory's file holds. `optional` ones are known here but not part of
    every roster.
    """

    name: str
    territory: str
    examples: tuple[str, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    objects: tuple[str, ...] = ()
    optional: bool = False


@cache
def _roster() -> tuple[Sibling, tuple[Sibling, ...]]:
    raw = listed(ROSTER)
    try:
        return _sibling(raw["ours"]), tuple(_sibling(one) for one in raw["sibling"])
    except (KeyError, TypeError) as error:
        raise VocabularyError(f"{ROSTER.name}: {error}") from error


def siblings() -> tuple[Sibling, ...]:
    """Every skill but ours in its own order; raises VocabularyError where the file is not sound."""
    return _roster()[1]


def standard_roster() -> tuple[Sibling, ...]:
    """The siblings that every roster has, without the optional ones."""
    return tuple(one for one in siblings() if not one.optional)


def ours() -> Sibling:
    """Our own entry, with the same examples and near misses as the siblings'."""
    return _roster()[0]


def _sibling(raw: dict[str, object]) -> Sibling:
    given = dict(raw)
    near = given.pop("near_misses", [])
    listed = {key: tuple(given.pop(key, ())) for key in ("examples", "objects")}  # pyright: ignore
    return Sibling(**given, **listed, near_misses=tuple(NearMiss(**one) for one in near))  # pyright: ignore
