"""Documents whose kind says whose they are: a runbook, a postmortem, a test plan, a threat model.

Owns telling that the head of an ask's object is one. Whose it is, the territories say.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import cache
from pathlib import Path

from mlops_agent.boundary.stemming import stems
from mlops_agent.vocabulary.prepared import listed

FILE = Path(__file__).with_name("papers.toml")


def is_paper(head: AbstractSet[str]) -> bool:
    """Whether the stems of an object's head have all the words of such a document's name."""
    return any(name <= head for name in _papers())


@cache
def _papers() -> tuple[frozenset[str], ...]:
    raw: dict[str, str] = listed(FILE)
    return tuple(frozenset(stems(one)) for one in raw["papers"].split(",") if one.strip())
