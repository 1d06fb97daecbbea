"""Finding secrets by the formats of the vocabulary, a piece of text at a time.

A format is tried only on a piece that holds one of its words; that never changes what is found.
"""

from __future__ import annotations

from collections.abc import Iterator

from mlops_agent.sandbox.secrets.judging import holds_up
from mlops_agent.sandbox.secrets.spans import Found
from mlops_agent.vocabulary.secrets import SecretFormat, secret_formats


def find_formats(data: bytes, *, prefilter: bool = True) -> Iterator[Found]:
    """Yield what fits a format and holds up; without `prefilter` every format is tried."""
    lower = data.lower()
    for rank, one in enumerate(secret_formats()):
        if not prefilter or any(word in lower for word in one.words):
            yield from _find(one, rank, data)


def _find(one: SecretFormat, rank: int, data: bytes) -> Iterator[Found]:
    group = "secret" if "secret" in one.pattern.groupindex else 0
    at = 0
    while match := one.pattern.search(data, at):
        start, end = match.span(group)
        if holds_up(one.judge, data[start:end]):
            yield Found(start, end, rank, one.name)
            at = max(end, match.end())
        else:
            # A value that is none may be the name before one that is: `token: password: ...`.
            at = max(match.start() + 1, start)
