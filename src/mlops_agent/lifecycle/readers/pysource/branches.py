"""What a test decides: the lines that run only if it holds, and those that run only if not.

A body that always leaves (return, raise, exit) turns the rest of its block into the other branch.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Literal

from mlops_agent.lifecycle.readers.pysource.scopes import Scope

Lines = tuple[int, int]
"""A range of 1-based lines, both ends included."""

Way = Literal["", "block", "function"]
"""How a body always leaves: not at all, its block (break, continue), or its function."""

EXIT_NAMES = frozenset({"exit", "quit", "_exit", "abort", "fail"})
"""Last words of calls that end the process or the test: sys.exit, os._exit, ctx.fail, ..."""

EXIT_OWNERS = frozenset({"sys", "os", "ctx", "context", "click", "pytest", "parser", "builtins"})


@dataclass(slots=True)
class Comparing:
    """A comparison (or a bare truth test) with the lines that hang on it."""

    node: ast.expr
    scope: Scope
    decides: str
    controls: Lines | None = None
    otherwise: Lines | None = None
    negated: bool = False


def leaves(body: list[ast.stmt], *, only_errors: bool = False) -> Way:
    """Return how `body` always leaves: the function, only the block (break, continue), or "".

    With `only_errors`, a return, break or continue counts as going on.
    """
    last = body[-1]
    way: Way = ""
    match last:
        case ast.Raise():
            way = "function"
        case ast.Return() if not only_errors:
            way = "function"
        case ast.Break() | ast.Continue() if not only_errors:
            way = "block"
        case ast.Expr(value=ast.Call() as call) if is_exit(call):
            way = "function"
        case ast.With() | ast.AsyncWith():
            way = leaves(last.body, only_errors=only_errors)
        case ast.If() if last.orelse:
            ways = (_shallow(last.body, only_errors), _shallow(last.orelse, only_errors))
            way = "" if "" in ways else max(ways, key=("function", "block").index)
        case _:
            pass
    return way


def _shallow(body: list[ast.stmt], only_errors: bool) -> Way:
    # One level is enough in practice, and keeps a chain of ten thousand `elif` from recursing.
    if isinstance(body[-1], ast.If | ast.With | ast.AsyncWith):
        return ""
    return leaves(body, only_errors=only_errors)


def only_raises(body: list[ast.stmt]) -> bool:
    """Tell whether `body` does nothing but report and then raise or exit."""
    *before, last = body
    if not all(isinstance(statement, ast.Expr | ast.Assign) for statement in before):
        return False
    if isinstance(last, ast.Raise):
        return True
    return isinstance(last, ast.Expr) and isinstance(last.value, ast.Call) and is_exit(last.value)


def is_exit(call: ast.Call) -> bool:
    """Tell whether `call` ends the process (or fails the test) by its name."""
    match call.func:
        case ast.Name(id="exit" | "quit"):
            return True
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            return (name in EXIT_NAMES and owner in EXIT_OWNERS) or (
                name == "error" and owner == "parser"
            )
        case _:
            return False
