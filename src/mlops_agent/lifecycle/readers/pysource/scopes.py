"""Scopes of one file and what their names are bound to, in the order of the lines.

It owns look-up by Python's rules (functions, their enclosing functions, the module; a class body
only for itself). It does not say what a bound expression means: names.py and folding.py do.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Literal

_LOOK_BACK = 8
"""How many neighbours are tried when the binding in force is a plain `= None`."""

BindingKind = Literal["import", "value", "context", "parameter", "function", "class", "opaque"]


@dataclass(slots=True, eq=False)
class Binding:
    """One place where a name gets a value.

    `kind` "value" has the bound expression in `node`, "context" the one of a `with ... as`,
    "parameter" its default (None without one) and `annotation`; "opaque" is a loop variable, an
    unpacked tuple and the like. `dotted` is the name an import stands for, or the dotted way to a
    function or class of this file.
    """

    kind: BindingKind
    line: int
    node: ast.expr | None = None
    annotation: ast.expr | None = None
    dotted: str = ""
    scope: Scope | None = None
    resolved: str | None = None
    busy: bool = False
    done: bool = False


@dataclass(slots=True, eq=False)
class Scope:
    """The module, a class body or a function body.

    `name` is the dotted way inside the file, `self_name` the first parameter of a method, `node`
    the definition, and `attributes` what methods of a class bind on their instance.
    """

    name: str
    parent: Scope | None = None
    is_class: bool = False
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | None = None
    self_name: str = ""
    names: dict[str, list[Binding]] = field(default_factory=dict[str, list[Binding]])
    attributes: dict[str, list[Binding]] = field(default_factory=dict[str, list[Binding]])
    outer: set[str] = field(default_factory=set[str])
    returns: list[ast.expr] = field(default_factory=list[ast.expr])

    def bind(self, name: str, binding: Binding) -> None:
        """Note that `name` gets a value here (or in the module, after `global name`)."""
        scope = self
        if name in self.outer:
            while scope.parent is not None:
                scope = scope.parent
        binding.scope = binding.scope or self
        scope.names.setdefault(name, []).append(binding)

    def look_up(self, name: str) -> tuple[Scope, list[Binding]] | None:
        """Return the scope that binds `name`, seen from here, and all its bindings."""
        scope: Scope | None = self
        while scope is not None:
            if (scope is self or not scope.is_class) and name in scope.names:
                return scope, scope.names[name]
            scope = scope.parent
        return None

    def enclosing_class(self) -> Scope | None:
        """Return the class whose method (or a function nested in one) this is, or None."""
        scope: Scope | None = self
        while scope is not None:
            if scope.parent is not None and scope.parent.is_class and not scope.is_class:
                return scope.parent
            scope = scope.parent
        return None


def latest(bindings: list[Binding], line: int | None) -> Binding:
    """Return the binding in force at `line`: the last one before it, else the first.

    `bindings` stand in line order. With `line` None (a look from another scope) the last counts; a
    plain `= None` gives way to a neighbour.
    """
    place = len(bindings) if line is None else bisect_left(bindings, line, key=_line_of)
    for binding in reversed(bindings[max(0, place - _LOOK_BACK) : place]):
        if not _is_none(binding):
            return binding
    for binding in bindings[place : place + _LOOK_BACK]:
        if not _is_none(binding):
            return binding
    return bindings[max(0, place - 1)]


def _line_of(binding: Binding) -> int:
    return binding.line


def _is_none(binding: Binding) -> bool:
    node = binding.node
    return binding.kind == "value" and isinstance(node, ast.Constant) and node.value is None
