"""Help for the tests of readers: the facts of one kind, and what every fact must hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from mlops_agent.lifecycle.facts import Fact
from mlops_agent.lifecycle.unreadable import UnreadableError

F = TypeVar("F", bound=Fact)
Read = Callable[[str, str], list[Fact]]


def of(kind: type[F], facts: list[Fact]) -> list[F]:
    """The facts of one kind, in order."""
    return [fact for fact in facts if isinstance(fact, kind)]


def read_or_refused(read: Read, path: str, text: str) -> list[Fact]:
    """The facts of any text, with their lines checked; [] where the reader refuses it."""
    try:
        facts = read(path, text)
    except UnreadableError as error:
        assert error.reason
        return []
    lines = text.count("\n") + 1
    assert all(1 <= fact.line <= fact.end_line <= lines for fact in facts)
    return facts
