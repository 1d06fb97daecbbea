"""The walk through expressions: calls, comparisons, and names bound inside expressions.

It keeps its own stack; a test is taken apart along `and`, `or` and `not`, so that each comparison
knows the lines that hang on it alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from mlops_agent.lifecycle.readers.pysource.branches import Comparing, Lines
from mlops_agent.lifecycle.readers.pysource.context import Context, Guard
from mlops_agent.lifecycle.readers.pysource.scopes import Binding
from mlops_agent.lifecycle.readers.pysource.sites import CallSite
from mlops_agent.lifecycle.readers.pysource.targets import bind, bind_opaque

_LEAVES = (ast.Name, ast.Constant)


@dataclass(slots=True)
class Expressions:
    """What the expressions of a file hold, in no particular order."""

    calls: list[CallSite] = field(default_factory=list[CallSite])
    comparisons: list[Comparing] = field(default_factory=list[Comparing])

    def test(
        self,
        node: ast.expr,
        context: Context,
        decides: str,
        controls: Lines | None,
        otherwise: Lines | None,
    ) -> None:
        """Note the comparisons and bare truth tests of a test, each with the lines it decides."""
        stack: list[tuple[ast.expr, Lines | None, Lines | None, bool]]
        stack = [(node, controls, otherwise, False)]
        while stack:
            test, holds, fails, negated = stack.pop()
            match test:
                case ast.BoolOp():
                    holds, fails = (holds, None) if isinstance(test.op, ast.And) else (None, fails)
                    stack.extend((value, holds, fails, negated) for value in test.values)
                case ast.UnaryOp(op=ast.Not()):
                    stack.append((test.operand, fails, holds, not negated))
                case _:
                    self.comparisons.append(
                        Comparing(test, context.scope, decides, holds, fails, negated)
                    )
                    children = (
                        [test.left, *test.comparators] if isinstance(test, ast.Compare) else [test]
                    )
                    for child in children:
                        self.walk(child, context)

    def walk(
        self,
        root: ast.expr,
        context: Context,
        *,
        assigned: str | None = None,
        used: bool = True,
        decides: str = "other",
        raised: bool = False,
    ) -> None:
        """Note the calls and comparisons of `root`; `assigned` is the name it is bound to."""
        if isinstance(root, _LEAVES):
            return
        while isinstance(root, ast.Await | ast.NamedExpr):
            if isinstance(root, ast.NamedExpr):
                bind(root.target, Binding("value", root.lineno, root.value), context)
                assigned = root.target.id
            root = root.value
        stack: list[tuple[ast.AST, Context]] = [(root, context)]
        while stack:
            node, here = stack.pop()
            if isinstance(node, ast.Call):
                own = node is root
                name = assigned if own else None
                self.calls.append(CallSite(node, here, name, used or not own, raised and own))
                if not isinstance(node.func, ast.Name):
                    stack.append((node.func, here))
                stack.extend((a, here) for a in node.args if not isinstance(a, _LEAVES))
                stack.extend(
                    (k.value, here) for k in node.keywords if not isinstance(k.value, _LEAVES)
                )
            elif isinstance(node, ast.Attribute):
                if not isinstance(node.value, ast.Name):
                    stack.append((node.value, here))
            else:
                self._other(node, here, decides, stack)

    def _other(
        self, node: ast.AST, here: Context, decides: str, stack: list[tuple[ast.AST, Context]]
    ) -> None:
        match node:
            case ast.Compare():
                self.comparisons.append(Comparing(node, here.scope, decides))
            case ast.IfExp():
                stack.append((node.test, here))
                stack.append((node.body, here.under(Guard(node.test))))
                stack.append((node.orelse, here.under(Guard(node.test, negated=True))))
                return
            case ast.NamedExpr():
                bind(node.target, Binding("value", node.lineno, node.value), here)
            case ast.comprehension():
                bind_opaque(node.target, here)
            case _:
                pass
        stack.extend((c, here) for c in _children(node))


def _children(node: ast.AST) -> Iterable[ast.AST]:
    return (c for c in ast.iter_child_nodes(node) if not isinstance(c, _LEAVES))
