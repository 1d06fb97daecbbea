"""The formats of secrets, as data: `formats.toml`, read once a process.

Owns their shape and the check of it. Whether a text holds one is the sandbox's to find.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from mlops_agent.vocabulary.errors import VocabularyError
from mlops_agent.vocabulary.prepared import listed

FORMATS = Path(__file__).with_name("formats.toml")
Judge = Literal["", "anything", "token", "strong", "password", "bare-password"]
"""What a value has to look like beside fitting the pattern."""
_JUDGES = ("", "anything", "token", "strong", "password", "bare-password")
_NAME = re.compile(r"[a-z][a-z0-9-]*")


class SecretFormat(NamedTuple):
    """One format: the kind it is told as, words of which a text must hold one, the pattern.

    With `fold` the pattern is for small letters. A match begins on the line of one of the words and
    takes up to `lines`.
    `example` and `misses` are templates (`{length:alphabet}`) of texts that do and do not hold it.
    """

    name: str
    words: tuple[bytes, ...]
    source: bytes
    fold: bool
    lines: int
    judge: Judge
    example: str
    misses: tuple[str, ...]

    @property
    def pattern(self) -> re.Pattern[bytes]:
        """The pattern, compiled when a text first holds one of the words."""
        return _compiled(self.source)


class SecretWords(NamedTuple):
    """Words by which names and values are told apart, in small letters."""

    names: frozenset[str]
    parts_of_names: tuple[str, ...]
    no_secrets: frozenset[str]
    common: frozenset[bytes]
    placeholders: tuple[bytes, ...]


@cache
def _compiled(source: bytes) -> re.Pattern[bytes]:
    try:
        return re.compile(source)
    except re.error as error:
        raise VocabularyError(f"{FORMATS.name}: {source!r}: {error}") from error


@cache
def secret_words() -> SecretWords:
    """The words; raises VocabularyError where the file does not follow its form."""
    raw = _raw()["words"]
    try:
        return SecretWords(
            names=frozenset(_texts(raw["names"])),
            parts_of_names=_texts(raw["parts_of_names"]),
            no_secrets=frozenset(_texts(raw["no_secrets"])),
            common=frozenset(word.encode() for word in _texts(raw["common"])),
            placeholders=tuple(word.encode() for word in _texts(raw["placeholders"])),
        )
    except (KeyError, ValueError) as error:
        raise VocabularyError(f"{FORMATS.name}: words: {error}") from error


@cache
def secret_formats() -> tuple[SecretFormat, ...]:
    """All formats in the order of the file; raises VocabularyError for an entry that is none."""
    return tuple(_format(one) for one in _raw()["format"])


@cache
def _raw() -> dict[str, Any]:
    return listed(FORMATS)


def _format(raw: dict[str, object]) -> SecretFormat:
    try:
        return SecretFormat(
            name=_name(raw["name"]),
            words=tuple(word.encode() for word in _texts(raw["words"])),
            source=str(raw["pattern"]).encode(),
            fold=bool(raw.get("fold", False)),
            lines=int(str(raw.get("lines", 1))),
            judge=_judge(raw.get("judge", "")),
            example=str(raw["example"]),
            misses=_texts(raw["misses"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise VocabularyError(f"{FORMATS.name}: {raw.get('name')}: {error}") from error


def _name(value: object) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ValueError(f"{value!r} is no name of a kind")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError("a list of texts is needed")
    return tuple(str(one) for one in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def _judge(value: object) -> Judge:
    for known in _JUDGES:
        if value == known:
            return known
    raise ValueError(f"there is no judge {value!r}")
