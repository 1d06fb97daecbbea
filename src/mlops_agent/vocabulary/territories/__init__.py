"""The words of each territory, as data: one TOML a territory, read once a process.

Owns their shape and the check of it. Which of them a request holds, and whose it is then, is the
boundary's to find.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from mlops_agent.vocabulary.errors import VocabularyError

FOLDER = Path(__file__).parent
GAP = " ~ "
Level = Literal["always", "overrides", "decides", "speaks", "leans", "barely"]
"""How much a phrase says of whose a piece of work is, the strongest first."""
LEVELS: tuple[Level, ...] = get_args(Level)


class Territory(NamedTuple):
    """A territory's phrases by level; `name` is its file's.

    A phrase is words in their order; " ~ " in it, once at the most, stands for up to a
    few words of any kind.
    """

    name: str
    phrases: dict[Level, tuple[str, ...]]


@cache
def territories() -> tuple[Territory, ...]:
    """Every territory by name; raises VocabularyError where a file does not follow the form."""
    return tuple(_territory(path) for path in sorted(FOLDER.glob("*.toml")))


def _territory(path: Path) -> Territory:
    import tomllib

    raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    unknown = set(raw) - set(LEVELS)
    if unknown:
        raise VocabularyError(f"{path.name}: unknown levels {sorted(unknown)}")
    return Territory(path.stem, {level: _listed(raw.get(level, ""), path) for level in LEVELS})


def _listed(raw: object, path: Path) -> tuple[str, ...]:
    if not isinstance(raw, str):
        raise VocabularyError(f"{path.name}: a level is one text, its phrases parted by commas")
    return listed_phrases(raw, path)


def listed_phrases(text: str, path: Path) -> tuple[str, ...]:
    """The phrases of a text that parts them by commas or lines.

    Raises VocabularyError, naming the file, for a phrase with a second gap: it would never match.
    """
    phrases = tuple(one.strip() for one in text.replace("\n", ",").split(",") if one.strip())
    for phrase in phrases:
        if phrase.count(GAP) > 1:
            raise VocabularyError(f"{path.name}: a phrase has one gap at most: {phrase!r}")
    return phrases
