"""Where a piece of code stands: its scope, the tests above it, and whether errors are caught."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from mlops_agent.lifecycle.readers.pysource.scopes import Scope

GUARD_LIMIT = 20
"""Tests kept above one place, the innermost; a chain of `elif` can have thousands."""


@dataclass(frozen=True, slots=True, eq=False)
class Guard:
    """A test that must hold (or, `negated`, must not) for the code below it to run."""

    test: ast.expr
    negated: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """The surroundings of a block.

    `reach` is the last line that is skipped when the block is left by return or raise: the
    function's end where nothing but `with` stands between, else the block's own.
    """

    scope: Scope
    guards: tuple[Guard, ...] = ()
    handler: bool = False
    reach: int = 0

    def under(self, guard: Guard) -> Context:
        """Return this context below one more test."""
        return replace(self, guards=(*self.guards[1 - GUARD_LIMIT :], guard))
