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
Use = Literal["asked", "context", "excluded", "aim"]
"""What a value is for; "aim" is what tasks beside it are for."""
_Key = Literal[Use, "told"]
"""What a key says of what is within it; "told" holds also where a deeper key would ask."""


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
    keys: list[_Key] = []
    current: _Key = "context"
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
            yield Value(*pending, "context" if current == "told" else current)
            pending = None
        if mark in "{[":
            keys.append(current)
        elif mark in "}]" and keys:
            current = keys.pop()
        elif mark == "," and keys:
            current = keys[-1]


def _use(key: str, above: list[_Key]) -> _Key:
    name = key.strip().lower().replace(" ", "_").replace("-", "_")
    within = above[-1] if above else "context"
    if name in words().out_keys:
        return "excluded"
    if name in words().told_keys or within == "told":
        return "told"
    if name in words().aim_keys:
        return "aim" if within == "context" else within
    if name in words().ask_keys:
        return "asked"
    return "context" if name in words().side_keys else within
