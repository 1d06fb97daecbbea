"""What a test decides: the lines that run only if it holds, and those that run only if not.

A body that always leaves (return, raise, exit) turns the rest of its block into the other branch.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Literal

from mlops_agent.lifecycle.readers.pysource.scopes import Scope

EXIT_NAMES = frozenset({"exit", "quit", "_exit", "abort", "fail"})
"""Last words of calls that end the process or the test: sys.exit, os._exit, ctx.fail, ..."""

EXIT_OWNERS = frozenset({"sys", "os", "ctx", "context", "click", "pytest", "parser", "builtins"})


@dataclass(slots=True)
class Comparing:
    """A comparison (or a bare truth test) with the lines that hang on it."""

    node: ast.expr
    scope: Scope
    decides: str
    controls: tuple[int, int] | None = None
    otherwise: tuple[int, int] | None = None
    negated: bool = False


def leaves(body: list[ast.stmt], *, only_errors: bool = False) -> Literal["", "block", "function"]:
    """Return how `body` always leaves: the function, only the block (break, continue), or "".

    With `only_errors`, a return, break or continue counts as going on.
    """
    last = body[-1]
    match last:
        case ast.Raise():
            return "function"
        case ast.Return():
            return "" if only_errors else "function"
        case ast.Break() | ast.Continue():
            return "" if only_errors else "block"
        case ast.Expr(value=ast.Call() as call):
            return "function" if is_exit(call) else ""
        case ast.With() | ast.AsyncWith():
            return leaves(last.body, only_errors=only_errors)
        case ast.If() if last.orelse:
            ways = (_shallow(last.body, only_errors), _shallow(last.orelse, only_errors))
            if "" in ways:
                return ""
            return "block" if "block" in ways else "function"
        case _:
            return ""


def _shallow(body: list[ast.stmt], only_errors: bool) -> Literal["", "block", "function"]:
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
