"""How people tell what a gate needs, by ideas that stand together, as data (`tellings.toml`).

An idea is one pattern of many words; it is compiled when the first request is read. Where in a text
the ideas of a telling stand together is the workflow's to find.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from mlops_agent.vocabulary.errors import VocabularyError
from mlops_agent.vocabulary.gates import FOLDER, pattern_of
from mlops_agent.vocabulary.prepared import listed

_FILE = "tellings.toml"
_NEVER = "!"
_REST = r"\\w*"
_STEM = re.compile(r"(?<=[a-z])(?<!\\[a-z])\*")


@dataclass(frozen=True, slots=True)
class Telling:
    """Ideas that stand together, the rarest first, and those that make it another thing's.

    They are names; `idea` has their patterns.
    """

    ideas: tuple[str, ...]
    never: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tellings:
    """For each slot the tellings that answer it, each of ideas that stand within `reach`.

    `wish`, `order` and `imperative` before a telling ask for the thing, `over` in it tells of the
    past; `reach` is in characters.
    """

    of_slot: dict[str, tuple[Telling, ...]]
    wish: re.Pattern[str]
    over: re.Pattern[str]
    order: re.Pattern[str]
    imperative: re.Pattern[str]
    reach: int


@cache
def tellings() -> Tellings:
    """The tellings of all slots; raises VocabularyError where the file does not follow its form."""
    raw = listed(FOLDER / _FILE)
    try:
        return Tellings(
            {
                slot: tuple(_telling(names, raw["ideas"]) for names in ways)
                for slot, ways in raw["tellings"].items()
            },
            _idea(raw["wish"]),
            _idea(raw["over"]),
            _idea(raw["order"]),
            pattern_of("|".join(raw["imperative"])),
            raw["reach"],
        )
    except (KeyError, TypeError, re.error) as error:
        raise VocabularyError(f"{_FILE}: {error}") from error


@cache
def idea(name: str) -> re.Pattern[str]:
    """The words of an idea as a pattern, made when it is first looked for."""
    return _idea(listed(FOLDER / _FILE)["ideas"][name])


def _telling(names: list[str], ideas: dict[str, list[str]]) -> Telling:
    bare = [name.removeprefix(_NEVER) for name in names]
    if unknown := set(bare) - set(ideas):
        raise VocabularyError(f"{_FILE}: no such idea: {', '.join(sorted(unknown))}")
    wanted = tuple(name for name in names if not name.startswith(_NEVER))
    return Telling(wanted, tuple(name[1:] for name in names if name.startswith(_NEVER)))


def _idea(words: list[str]) -> re.Pattern[str]:
    stems = "|".join(_STEM.sub(_REST, word) for word in words)
    return pattern_of(rf"(?<!\w)(?:{stems})(?!\w)")
