"""The roster: the sibling skills that work can be handed to, each with its territory.

Owns reading `siblings.toml`, once a process. It does not decide whose a piece of work is.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from mlops_agent.vocabulary.loader import FOLDER, ROSTER, VocabularyError


@dataclass(frozen=True, slots=True)
class Sibling:
    """A skill by its name, and in one line what it answers for.

    `optional` ones are known here but not part of every roster.
    """

    name: str
    territory: str
    optional: bool = False


@cache
def siblings() -> tuple[Sibling, ...]:
    """The roster in its own order; raises VocabularyError where the file does not follow it."""
    raw = tomllib.loads((FOLDER / ROSTER).read_text(encoding="utf-8"))
    try:
        return tuple(Sibling(**one) for one in raw["sibling"])
    except (KeyError, TypeError) as error:
        raise VocabularyError(f"{ROSTER}: {error}") from error
