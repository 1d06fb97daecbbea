"""What becomes of a result: looked at, handed on, or only shown and stored."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from mlops_agent.risks.syntax import FunctionNode, body_of, dotted, tree_of

SHOWING = frozenset(
    {
        "print", "pprint", "log", "info", "debug", "warning", "error", "exception", "critical",
        "success", "echo", "display", "write", "save_html", "save_json", "save", "show", "dump",
        "dumps", "log_artifact", "log_artifacts", "log_dict", "log_text", "log_table", "as_html",
        "get_html_str", "write_text", "write_bytes", "to_csv", "to_json", "to_html", "makedirs",
        "mkdir", "table", "markdown", "log_report", "json", "as_dict", "dict", "str", "repr",
        "format", "len", "run",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fate:
    """Whether a name is only shown or stored, and what was seen done with it."""

    idle: bool
    shown_by: tuple[str, ...]


def fate_of(text: str, scope: str, name: str) -> Fate | None:
    """What a function does with a local name; None where the source is no plain Python.

    A name that is returned, tested, indexed, handed to a function that does not merely show it, or
    bound to an attribute is not idle; a name derived from it is followed.
    """
    tree = tree_of(text)
    body = body_of(tree, scope) if tree is not None else None
    if body is None:
        return None
    watched = {name}
    while True:
        derived = {target for node in _own(body) for target in _derived(node, watched)}
        if derived <= watched:
            break
        watched |= derived
    shown: list[str] = []
    parents = {child: node for node in _own(body) for child in ast.iter_child_nodes(node)}
    for node in _own(body):
        if isinstance(node, ast.Name) and node.id in watched and isinstance(node.ctx, ast.Load):
            sink = _sink(node, parents)
            if sink is None:
                return Fate(False, ())
            shown.append(sink)
    return Fate(True, tuple(dict.fromkeys(word for word in shown if word)))


def _own(body: ast.Module | FunctionNode | ast.ClassDef) -> list[ast.AST]:
    if isinstance(body, ast.Module):
        found: list[ast.AST] = []
        for statement in body.body:
            if not isinstance(statement, FunctionNode | ast.ClassDef):
                found.extend(ast.walk(statement))
        # A function may read a module's name; then nothing is certain and the name counts there.
        for statement in body.body:
            if isinstance(statement, FunctionNode | ast.ClassDef):
                found.extend(ast.walk(statement))
        return found
    return list(ast.walk(body))


def _derived(node: ast.AST, watched: set[str]) -> list[str]:
    """Names bound to something made of a watched one by showing calls alone: `d = r.as_dict()`."""
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return []
    target, value = node.targets[0], node.value
    if not isinstance(target, ast.Name) or not isinstance(value, ast.Call):
        return []
    receiver = value.func.value if isinstance(value.func, ast.Attribute) else None
    from_name = isinstance(receiver, ast.Name) and receiver.id in watched
    return [target.id] if from_name and _last(value) in SHOWING else []


def _last(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else dotted(call.func)


def _sink(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> str | None:
    """The showing call that takes this use, "" for a use without effect, None for any other use."""
    child = node
    parent = parents.get(child)
    while isinstance(parent, ast.Attribute | ast.FormattedValue | ast.JoinedStr | ast.keyword):
        child, parent = parent, parents.get(parent)
    if isinstance(parent, ast.Call):
        if _last(parent) not in SHOWING:
            return None
        above = parents.get(parent)
        if isinstance(above, ast.Expr):
            return _last(parent)
        if isinstance(above, ast.Assign):
            return ""
        return _sink(parent, parents)
    return "" if isinstance(parent, ast.Expr) else None
