"""Binding of assignment targets: names, attributes of `self`, and unpacked tuples."""

from __future__ import annotations

import ast

from mlops_agent.lifecycle.readers.pysource.context import Context
from mlops_agent.lifecycle.readers.pysource.scopes import Binding


def bind(target: ast.expr, binding: Binding, context: Context) -> None:
    """Bind a name, or an attribute of the method's first parameter; other targets bind nothing."""
    scope = context.scope
    binding.scope = scope
    if isinstance(target, ast.Name):
        scope.bind(target.id, binding)
    elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
        owner = scope.enclosing_class()
        method = scope
        while method.parent is not None and method.parent is not owner:
            method = method.parent
        if owner is not None and target.value.id == method.self_name:
            owner.attributes.setdefault(target.attr, []).append(binding)
    elif isinstance(target, ast.Tuple | ast.List | ast.Starred):
        bind_opaque(target, context)


def bind_opaque(target: ast.expr, context: Context) -> None:
    """Bind every name in `target` to something the file does not tell."""
    stack = [target]
    while stack:
        node = stack.pop()
        match node:
            case ast.Name() | ast.Attribute():
                bind(node, Binding("opaque", node.lineno), context)
            case ast.Tuple() | ast.List():
                stack.extend(node.elts)
            case ast.Starred():
                stack.append(node.value)
            case _:
                pass


def target_text(node: ast.expr) -> str | None:
    """Return the dotted text of a name or attribute (`self.model`), or None for other targets."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else None
