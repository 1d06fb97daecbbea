"""Names that carry a verdict on a metric, and files that end by one.

A verdict is what an ordering comparison with a metric says, followed through assignments, branches
and functions of one file. It is read generously: who is accused of having no gate must have none.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from mlops_agent.risks.metric_names import is_metric
from mlops_agent.risks.syntax import FunctionNode, dotted, expression, tree_of

KEPT_FILES = 32
ROUNDS = 5
"""How many steps a verdict is followed from name to name."""
LEAVING = frozenset({"sys.exit", "exit", "os._exit", "quit", "SystemExit"})
ADDING = frozenset({"append", "add", "extend"})
_ORDER = ast.Lt | ast.LtE | ast.Gt | ast.GtE
_NO_MEASURE = frozenset({"len", "isinstance", "hasattr"})


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The names of one file that hold a metric's value, and those that hold a verdict on one."""

    measures: frozenset[str]
    verdicts: frozenset[str]

    def decides(self, node: ast.AST) -> bool:
        """Whether an expression compares a metric, or reads the verdict of such a comparison."""
        return any(
            (isinstance(part, ast.Compare) and self._compares(part))
            or (isinstance(part, ast.Name | ast.Attribute) and _last(part) in self.verdicts)
            for part in ast.walk(node)
        )

    def decided_by(self, text: str) -> bool:
        """As `decides`, for the source text of a condition."""
        node = expression(text)
        return node is not None and self.decides(node)

    def _compares(self, node: ast.Compare) -> bool:
        ordered = any(isinstance(operator, _ORDER) for operator in node.ops)
        return ordered and any(
            _measures(side, self.measures) for side in (node.left, *node.comparators)
        )


NOTHING = Verdicts(frozenset(), frozenset())


@lru_cache(maxsize=KEPT_FILES)
def verdicts_of(text: str) -> Verdicts:
    """The measures and verdicts of a Python file; nothing where it is no plain Python."""
    tree = tree_of(text)
    if tree is None:
        return NOTHING
    known = NOTHING
    for _ in range(ROUNDS):
        measures = known.measures | {
            name
            for names, value in _bindings(tree)
            if _measures(value, known.measures)
            for name in names
        }
        grown = Verdicts(measures, known.verdicts)
        grown = Verdicts(measures, known.verdicts | set(_new_verdicts(tree, grown)))
        if grown == known:
            break
        known = grown
    return known


def ends_by_verdict(text: str) -> bool:
    """Whether a Python file can end with an error, or by its exit code, because of a metric."""
    tree = tree_of(text)
    if tree is None:
        return False
    known = verdicts_of(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert) and known.decides(node.test):
            return True
        if isinstance(node, ast.If) and known.decides(node.test) and _leaves(node):
            return True
        if isinstance(node, ast.Call) and _leaves_by(node, known):
            return True
    return False


def _leaves_by(call: ast.Call, known: Verdicts) -> bool:
    return dotted(call.func) in LEAVING and any(known.decides(given) for given in call.args)


def _leaves(node: ast.If) -> bool:
    return any(
        isinstance(part, ast.Raise) or (isinstance(part, ast.Call) and dotted(part.func) in LEAVING)
        for statement in (*node.body, *node.orelse)
        for part in ast.walk(statement)
    )


def _measures(node: ast.AST, measures: frozenset[str]) -> bool:
    if isinstance(node, ast.Call) and dotted(node.func) in _NO_MEASURE:
        return False
    own = (isinstance(node, ast.Name | ast.Attribute) and _is_measure(_last(node), measures)) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str) and is_metric(node.value)
    )
    return own or any(_measures(child, measures) for child in ast.iter_child_nodes(node))


def _is_measure(name: str, measures: frozenset[str]) -> bool:
    return name in measures or is_metric(name)


def _bindings(tree: ast.Module) -> Iterator[tuple[list[str], ast.expr]]:
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets, value=value):
                yield [n for target in targets for n in _names(target)], value
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                yield _names(target), value
            case (
                ast.AugAssign(target=target, value=value)
                | ast.NamedExpr(target=target, value=value)
            ):
                yield _names(target), value
            case _:
                pass


def _new_verdicts(tree: ast.Module, known: Verdicts) -> Iterator[str]:
    for names, value in _bindings(tree):
        if known.decides(value):
            yield from names
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and known.decides(node.test):
            for statement in chain(node.body, node.orelse):
                yield from _set_in(statement)
        elif isinstance(node, FunctionNode) and _returns_verdict(node, known):
            yield node.name


def _set_in(statement: ast.stmt) -> Iterator[str]:
    """The names that a branch sets to a constant, or adds something to."""
    match statement:
        case ast.Assign(targets=targets, value=ast.Constant()):
            for target in targets:
                yield from _names(target)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr=attr))) if attr in ADDING:
            yield from _names(owner)
        case ast.AugAssign(target=target):
            yield from _names(target)
        case _:
            pass


def _returns_verdict(function: FunctionNode, known: Verdicts) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None and known.decides(node.value):
            return True
        if isinstance(node, ast.If) and known.decides(node.test):
            inner = chain.from_iterable(ast.walk(s) for s in (*node.body, *node.orelse))
            if any(isinstance(part, ast.Return) and part.value is not None for part in inner):
                return True
    return False


def _names(target: ast.expr) -> list[str]:
    if isinstance(target, ast.Tuple | ast.List):
        return [name for element in target.elts for name in _names(element)]
    if isinstance(target, ast.Name | ast.Attribute):
        return [_last(target)]
    return _names(target.value) if isinstance(target, ast.Subscript) else []


def _last(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr
