"""Comparison facts: each comparison, and each bare truth test of an if, while or assert.

A bare test (`if result.success:`) has the operator "truthy", or "not" when negated, and an empty
right side. Ranges are kept only where they are certain: one side of an `or` controls nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mlops_agent.lifecycle.facts import Comparison
from mlops_agent.lifecycle.readers.pysource.branches import Comparing
from mlops_agent.lifecycle.readers.pysource.text import SourceText

_SYMBOLS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}
_NAME_LIMIT = 40


def comparison_facts(found: Comparing, source: SourceText) -> Iterator[Comparison]:
    """Yield one fact a comparison: `a < b < c` gives two."""
    node = found.node
    if not isinstance(node, ast.Compare):
        # A negated bare test is a test of its own: its ranges turn with it.
        ranges = (found.controls, found.otherwise)
        holds, fails = reversed(ranges) if found.negated else ranges
        operator = "not" if found.negated else "truthy"
        yield _fact(found, source, (source.of(node), operator, ""), (holds, fails), [node])
        return
    sides = [node.left, *node.comparators]
    for left, operator, right in zip(sides, node.ops, sides[1:], strict=False):
        texts = (source.of(left), _SYMBOLS[type(operator)], source.of(right))
        fails = found.otherwise if len(node.ops) == 1 else None
        yield _fact(found, source, texts, (found.controls, fails), [left, right])


def _fact(
    found: Comparing,
    source: SourceText,
    texts: tuple[str, str, str],
    ranges: tuple[tuple[int, int] | None, tuple[int, int] | None],
    sides: list[ast.expr],
) -> Comparison:
    return Comparison(
        path=source.path,
        line=found.node.lineno,
        end_line=found.node.end_lineno or found.node.lineno,
        left=texts[0],
        operator=texts[1],
        right=texts[2],
        names=_names(sides),
        scope=found.scope.name,
        decides=found.decides,
        controls=ranges[0],
        otherwise=ranges[1],
    )


def _names(sides: list[ast.expr]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    stack: list[ast.AST] = list(reversed(sides))
    while stack and len(names) < _NAME_LIMIT:
        node = stack.pop()
        match node:
            case ast.Name():
                names[node.id] = None
            case ast.Attribute():
                names[node.attr] = None
            case ast.Constant(value=str(text)) if len(text) <= 80:
                names[text] = None
            case _:
                pass
        stack.extend(ast.iter_child_nodes(node))
    return tuple(names)
