"""What is known of each language, read once a process from `languages.toml`.

Owns reading it into sets. It looks at no request.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from mlops_agent.vocabulary.prepared import listed

FILE = Path(__file__).with_name("languages.toml")


class Tongue(NamedTuple):
    """The words and endings of a language, each as `languages.toml` says of that name."""

    stop: frozenset[str]
    request: frozenset[str]
    asking: frozenset[str]
    telling: frozenset[str]
    joins: frozenset[str]
    verbs: frozenset[str]
    endings: frozenset[str]
    final: frozenset[str]
    excluded: frozenset[str]


@cache
def tongues() -> dict[str, Tongue]:
    """All languages by their code."""
    raw: dict[str, dict[str, str]] = listed(FILE)
    return {
        code: Tongue(**{one: frozenset(listed[one].split()) for one in Tongue._fields})
        for code, listed in raw.items()
    }
