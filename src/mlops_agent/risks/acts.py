"""Acts on a model: the calls that register it, promote it or load it, by the vocabulary.

An act inside a repository's own helper counts for the helper's callers too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_agent.lifecycle.facts import Call
from mlops_agent.vocabulary.lookup import vocabulary

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

CALL_DEPTH = 3


def does(call: Call) -> str:
    """What the vocabulary says that a call does ("registers", "promotes", ...), or ""."""
    word = vocabulary().call(call.name)
    return word.does if word is not None else ""


def is_release(lifecycle: Lifecycle, call: Call, depth: int = CALL_DEPTH) -> bool:
    """Whether a call registers, promotes or deploys a model, itself or in a function it calls."""
    if does(call) in ("registers", "promotes") or (does(call) == "serves" and call.guards):
        return True
    target = lifecycle.graph.callee(call) if depth else None
    if target is None:
        return False
    path, name = target
    return any(
        is_release(lifecycle, inner, depth - 1)
        for inner in lifecycle.facts.of(Call, path)
        if inner.scope == name or inner.scope.startswith(name + ".")
    )


def releases(lifecycle: Lifecycle, path: str) -> Iterator[Call]:
    """The calls of a file that register, promote or deploy a model."""
    for call in lifecycle.facts.of(Call, path):
        if is_release(lifecycle, call):
            yield call
