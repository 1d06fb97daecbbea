"""Gates whose default lets a model through when its metric is missing."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_agent.lifecycle.facts import Assignment, Call, Comparison
from mlops_agent.risks.acts import is_release
from mlops_agent.risks.conditions import number
from mlops_agent.risks.metric_names import direction, is_baseline, is_metric
from mlops_agent.risks.syntax import expression

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

GREATER = (">", ">=")
LESS = ("<", "<=")
ENDS = ("sys.exit", "exit", "quit", "os._exit", "SystemExit")


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: its text, where that text stands, and its default if it has one."""

    text: str
    line: int
    key: str
    default: float | None
    value: float | None


@dataclass(frozen=True, slots=True)
class Lenient:
    """A default that passes: `line` holds the `.get(key, default)`, `test_line` the comparison."""

    path: str
    line: int
    scope: str
    key: str
    default: float
    test: str
    test_line: int


def passing_defaults(lifecycle: Lifecycle, path: str) -> Iterator[Lenient]:
    """The defaults of a file's gates that make the comparison come out in favour of the model."""
    for fact in lifecycle.facts.of(Comparison, path):
        accepting = accepts(lifecycle, fact)
        if accepting is None or fact.operator not in (*GREATER, *LESS):
            continue
        left, right = side_of(lifecycle, fact, fact.left), side_of(lifecycle, fact, fact.right)
        greater = (fact.operator in GREATER) is accepting
        big, small = (left, right) if greater else (right, left)
        side = _lenient(big, small)
        if side is not None and side.default is not None:
            test = f"{fact.left} {fact.operator} {fact.right}"
            yield Lenient(path, side.line, fact.scope, side.key, side.default, test, fact.line)


def _lenient(big: Side, small: Side) -> Side | None:
    """The candidate's side where its default passes. The model passes where big is bigger."""
    if big.default is not None and _is_candidate(big) and direction(big.key) >= 0:
        if small.value is not None:
            return big if big.default >= small.value else None
        best = math.isinf(big.default) or (direction(big.key) == 1 and big.default >= 1)
        return big if best else None
    if small.default is not None and _is_candidate(small) and direction(small.key) <= 0:
        if big.value is not None:
            return small if small.default <= big.value else None
        return small if direction(small.key) == -1 and small.default <= 0 else None
    return None


def _is_candidate(side: Side) -> bool:
    return is_metric(side.key) and not is_baseline(side.text) and not is_baseline(side.key)


def accepts(lifecycle: Lifecycle, fact: Comparison) -> bool | None:
    """Whether the model gets through when the comparison holds; None where it decides nothing."""
    if fact.decides == "raise":
        return _ends_well(lifecycle, fact)
    if fact.decides == "assert":
        return True
    if fact.decides not in ("if", "assign", "return"):
        return None
    if fact.decides == "if":
        for span, answer in ((fact.controls, True), (fact.otherwise, False)):
            if span is not None and _releases_in(lifecycle, fact, span):
                return answer
        return None
    return True if fact.decides == "return" and _decides_release(lifecycle, fact) else None


def _ends_well(lifecycle: Lifecycle, fact: Comparison) -> bool:
    """Whether the branch that leaves does so with exit code 0: `if good: sys.exit(0)`."""
    first, last = fact.controls or (fact.line, fact.line)
    return any(
        call.name in ENDS and (not call.args or call.args[0].value in (0, None))
        for call in lifecycle.facts.of(Call, fact.path)
        if call.scope == fact.scope
        and first <= call.line <= last
        and (not call.args or call.args[0].known != "unknown")
    )


def _releases_in(lifecycle: Lifecycle, fact: Comparison, span: tuple[int, int]) -> bool:
    return any(
        span[0] <= call.line <= span[1] and is_release(lifecycle, call)
        for call in lifecycle.facts.of(Call, fact.path)
        if call.scope == fact.scope
    )


def _decides_release(lifecycle: Lifecycle, fact: Comparison) -> bool:
    last = fact.scope.rpartition(".")[2]
    for caller in lifecycle.graph.callers(fact.path, fact.scope):
        for call in lifecycle.facts.of(Call, caller.path):
            guarded = any(
                last in guard or (caller.assigned or last) in guard for guard in call.guards
            )
            if guarded and is_release(lifecycle, call):
                return True
    return False


def side_of(lifecycle: Lifecycle, fact: Comparison, text: str) -> Side:
    """One side of a comparison, followed to the assignment before it in the same function."""
    node, line = expression(text), fact.line
    if isinstance(node, ast.Name):
        bound = [
            one
            for one in lifecycle.facts.of(Assignment, fact.path)
            if one.target == node.id and one.scope in (fact.scope, "") and one.line <= fact.line
        ]
        if bound:
            last = bound[-1]
            inner = expression(last.value.text)
            if isinstance(last.value.value, int | float) and not isinstance(last.value.value, bool):
                return Side(text, last.line, text, None, float(last.value.value))
            node, line = inner, last.line
            text = f"{text} {last.value.text}"
    found = default_of(node) if node is not None else None
    if found is not None:
        return Side(text, line, found[0], found[1], None)
    return Side(text, line, text, None, number(node) if node is not None else None)


def default_of(node: ast.expr) -> tuple[str, float] | None:
    """Key and default of `x.get("key", 0.0)`, looked for through float() and round()."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("float", "int", "round")
        and node.args
    ):
        return default_of(node.args[0])
    match node:
        case ast.Call(
            func=ast.Attribute(attr="get" | "getenv"),
            args=[ast.Constant(value=str(key)), default],
            keywords=[],
        ):
            given = number(default)
            return None if given is None else (key, given)
        case _:
            return None
