"""Call facts: the resolved name, the folded arguments, and where the call stands."""

from __future__ import annotations

import ast
from sys import intern

from mlops_agent.lifecycle.facts import Call, Value
from mlops_agent.lifecycle.readers.pysource.context import Context, Guard
from mlops_agent.lifecycle.readers.pysource.folding import Folding
from mlops_agent.lifecycle.readers.pysource.selection import Selection
from mlops_agent.lifecycle.readers.pysource.sites import CallSite
from mlops_agent.lifecycle.readers.pysource.walk import Walk


def call_name(site: CallSite, folding: Folding, walk: Walk, methods: frozenset[str]) -> str | None:
    """Return the name under which a call is known: dotted, or ".method" on an unknown receiver.

    A plain name that nothing in the file binds counts where a star import could bring it. With an
    unknown receiver, `methods` tells which two last words belong together (".read.csv").
    """
    func = site.node.func
    if isinstance(func, ast.Name | ast.Attribute):
        named = folding.names.of(func, site.context.scope)
        if named is not None:
            return named
        if isinstance(func, ast.Attribute):
            return _unknown(func, methods)
        unbound = site.context.scope.look_up(func.id) is None
        return func.id if walk.stars and unbound else None
    return None


def _unknown(func: ast.Attribute, methods: frozenset[str]) -> str:
    if isinstance(func.value, ast.Attribute):
        pair = f"{func.value.attr}.{func.attr}"
        if pair in methods:
            return f".{pair}"
    return f".{func.attr}"


class CallFacts:
    """Makes call facts of one file, sharing the texts of guards between calls."""

    __slots__ = ("_folding", "_selection", "_texts")

    def __init__(self, folding: Folding, selection: Selection) -> None:
        self._folding = folding
        self._selection = selection
        self._texts: dict[int, str] = {}

    def fact(self, site: CallSite, name: str | None) -> Call | None:
        """Return the fact of a call named `name`, or None where it is not worth one."""
        if name is None or not (site.raised or self._selection.keeps(name)):
            return None
        node, source = site.node, self._folding.source
        end = node.end_lineno or node.lineno
        plain = [a for a in node.args if not isinstance(a, ast.Starred)]
        starred = len(plain) < len(node.args) or any(k.arg is None for k in node.keywords)
        return Call(
            path=source.path,
            line=node.lineno,
            end_line=end,
            name=intern(name),
            scope=site.context.scope.name,
            args=tuple(self._value(a, site.context) for a in plain),
            keywords=tuple(
                (intern(k.arg), self._value(k.value, site.context)) for k in node.keywords if k.arg
            ),
            starred=starred,
            assigned=site.assigned,
            used=site.used,
            guards=self.guards(site.context),
            handler=site.context.handler,
            column=source.column(node.lineno, node.col_offset),
            end_column=source.column(end, node.end_col_offset or 0),
        )

    def guards(self, context: Context) -> tuple[str, ...]:
        """Return the source texts of the tests above, `not (...)` for the other branch."""
        return tuple(self._guard(guard) for guard in context.guards)

    def _guard(self, guard: Guard) -> str:
        text = self._texts.get(id(guard))
        if text is None:
            text = self._folding.source.of(guard.test)
            text = self._texts[id(guard)] = f"not ({text})" if guard.negated else text
        return text

    def _value(self, node: ast.expr, context: Context) -> Value:
        return self._folding.value(node, context.scope)
