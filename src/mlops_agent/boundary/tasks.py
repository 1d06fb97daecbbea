"""Tasks that are written as data: an agent's JSON with the caller's own words in its values.

Owns telling such a task from a pasted blob, and which of its strings are asks, context or left
out. Text that is no JSON is none of its business.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from mlops_agent.boundary.expressions import Expression
from mlops_agent.boundary.words import words

_STRONG = Expression(
    r'"(?:task|tasks|goal|request|ask|do|todo|action|steps|instructions?|objective|query|prompt|'
    r'subtasks?|deliverables?|question|want|need|assignment|user_request|work|intent)"\s*:\s*["\[{]'
)
_TOKEN = Expression(r'"((?:[^"\\]|\\.)*)"|[{}\[\]:,]')
Use = Literal["asked", "context", "excluded", "free"]


class Value(NamedTuple):
    """A string of the data (half-open, without its quotes) and what it is for."""

    start: int
    end: int
    use: Use


def is_task(text: str, start: int, end: int) -> bool:
    """Whether data is a task for somebody rather than a pasted blob."""
    return _STRONG.search(text, start, min(end, start + 20_000)) is not None


def values(text: str, start: int, end: int) -> Iterator[Value]:
    """The strings of a task; of a key without a meaning here, context."""
    keys: list[Use] = []
    current: Use = "context"
    pending: tuple[int, int] | None = None
    for found in _TOKEN.finditer(text, start, end):
        mark = found.group()
        if mark[0] == '"':
            pending = found.span(1)
            continue
        if mark == ":" and pending is not None:
            current, pending = _use(text[pending[0] : pending[1]], keys), None
            continue
        if pending is not None:
            yield Value(*pending, current)
            pending = None
        if mark in "{[":
            keys.append(current)
        elif mark in "}]" and keys:
            current = keys.pop()
        elif mark == "," and keys:
            current = keys[-1]


def _use(key: str, above: list[Use]) -> Use:
    name = key.strip().lower().replace(" ", "_").replace("-", "_")
    if name in words().out_keys:
        return "excluded"
    if name in words().ask_keys:
        return "asked"
    if name in ("description", "name", "details", "detail", "summary") and above:
        return above[-1]
    return "context"
