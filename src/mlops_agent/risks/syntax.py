"""The syntax tree of a Python file, for edits and for questions below the level of facts.

Facts say what a file does; an edit must know where exactly an expression stands. Files that are
no plain Python (notebooks, templates) have no tree here, and rules stay silent on them.
"""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import cast

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
KEPT_TREES = 64


@lru_cache(maxsize=KEPT_TREES)
def tree_of(text: str) -> ast.Module | None:
    """The tree of a whole file's text, or None where it is no plain Python."""
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def expression(text: str) -> ast.expr | None:
    """The tree of an expression's source text, or None where it was cut or is none."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def body_of(tree: ast.Module, scope: str) -> ast.Module | FunctionNode | ast.ClassDef | None:
    """The definition at a dotted way inside the file ("Trainer.fit"), the module for ""."""
    node: ast.Module | FunctionNode | ast.ClassDef = tree
    for name in scope.split(".") if scope else []:
        found = next(
            (
                child
                for child in ast.walk(node)
                if isinstance(child, FunctionNode | ast.ClassDef)
                and child.name == name
                and child is not node
            ),
            None,
        )
        if found is None:
            return None
        node = found
    return node


def dotted(node: ast.expr) -> str:
    """`a.b.c` for a name or attribute chain, "" for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def calls_on(tree: ast.AST, line: int, last_name: str) -> list[ast.Call]:
    """The calls that begin on a line and whose function's last name is this one."""
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and node.lineno == line
        and (
            (isinstance(node.func, ast.Attribute) and node.func.attr == last_name)
            or (isinstance(node.func, ast.Name) and node.func.id == last_name)
        )
    ]


def follows(tree: ast.Module, first: int, second: int) -> bool:
    """Whether the statement on line `second` runs whenever the block goes on behind line `first`.

    Both then stand in one block, the first perhaps deeper; a handler or an else is another block.
    """
    for node in ast.walk(tree):
        for _, block in ast.iter_fields(node):
            if not isinstance(block, list):
                continue
            statements = [s for s in cast("list[object]", block) if isinstance(s, ast.stmt)]
            spans = [(s.lineno, s.end_lineno or s.lineno) for s in statements]
            at = next((place for place, span in enumerate(spans) if span[0] == second), None)
            if at is not None:
                return any(span[0] <= first <= span[1] for span in spans[:at])
    return False
