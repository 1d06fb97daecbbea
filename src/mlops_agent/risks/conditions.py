"""Questions about a condition's source text: does it hold for known values, what does it read."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

from mlops_agent.risks.syntax import expression

Constant = str | int | float | bool | None
COMPARES: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}


class _UnknownError(Exception):
    pass


def holds(text: str, values: Mapping[str, Constant]) -> bool | None:
    """Whether a condition holds when names have these values; None where that is not known."""
    tree = expression(text)
    if tree is None:
        return None
    try:
        return bool(_evaluate(tree, values))
    except (_UnknownError, TypeError):
        return None


def names_in(text: str) -> frozenset[str]:
    """The identifiers that a condition reads, empty where it cannot be parsed."""
    tree = expression(text)
    if tree is None:
        return frozenset()
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


def number(node: ast.expr) -> float | None:
    """The number that an expression writes out, through float(), int(), a sign and quotes."""
    if isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(node.func, ast.Name):
        return number(node.args[0]) if node.func.id in ("float", "int") else None
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = number(node.operand)
        return None if inner is None else -inner
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float | str):
        try:
            return float(node.value)
        except ValueError:
            return None
    return None


def _evaluate(node: ast.expr, values: Mapping[str, Constant]) -> Any:  # noqa: ANN401
    match node:
        case ast.Constant():
            return node.value
        case ast.Name() if node.id in values:
            return values[node.id]
        case ast.UnaryOp(op=ast.Not()):
            return not _evaluate(node.operand, values)
        case ast.Compare(ops=[op], comparators=[right]) if type(op) in COMPARES:
            return COMPARES[type(op)](_evaluate(node.left, values), _evaluate(right, values))
        case _:
            raise _UnknownError
