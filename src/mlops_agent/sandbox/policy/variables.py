"""Variables: what a command line assigns to them, and which of them make programs run others.

A value counts only where the line assigns it and nothing else; several values are tried one after
the other. What another program puts into a variable is not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

from mlops_agent.sandbox.policy.calls import Finding
from mlops_agent.sandbox.policy.parsing import text_of
from mlops_agent.sandbox.policy.words import UNREAD, Values, fields, literal
from mlops_agent.vocabulary.program_words import names

if TYPE_CHECKING:
    from tree_sitter import Node

MOST_READINGS = 16
"""Combinations of values that are tried; beyond, the variables count as not known."""
MOST_READ = 24_000
"""Characters of a text that are read, all its combinations together; one is always read."""
FILLED_BY = frozenset({"read", "mapfile", "readarray", "getopts", "printf", "let", "unset"})
_NOTHING = Finding("read_only", "")


def setting(name: str, value: str) -> Finding:
    """What giving a variable a value comes to: some name a program that others then run."""
    for known in names()["executing_variables"]:
        if name == known or (known.endswith("*") and name.startswith(known[:-1])):
            return Finding("unknown", f"{name} names what other programs run")
    if name == "PYTHONPATH" and (value.startswith(("/", "~")) or UNREAD in value):
        return Finding("unknown", "PYTHONPATH leads out of the worktree")
    return _NOTHING


def readings(root: Node, outer: Values) -> list[dict[str, str]]:
    """The sets of values under which a command line has to be judged; at least one."""
    found: dict[str, list[str]] = {}
    for node in _assigning(root):
        known = {name: values[0] for name, values in found.items() if len(values) == 1}
        for name, values in _assigned(node, {**outer, **known}):
            have = found.setdefault(name, [])
            have += [value for value in values if value not in have]
    if not found:
        return [dict(outer)]
    size, most = 1, min(MOST_READINGS, MOST_READ // (len(root.text or b"") + 1))
    for name, values in found.items():
        size *= len(values)
        if size > max(most, 1):
            size //= len(values)
            found[name] = [UNREAD]
    return [{**outer, **dict(zip(found, one, strict=True))} for one in product(*found.values())]


def _assigning(root: Node) -> Iterator[Node]:
    """The nodes that give variables values, in the order of the source."""
    todo = [root]
    while todo:
        node = todo.pop()
        if node.type in {"variable_assignment", "for_statement", "command"}:
            yield node
        todo += reversed(node.named_children)


def _assigned(node: Node, known: Values) -> Iterator[tuple[str, list[str]]]:
    if node.type == "variable_assignment":
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is not None and name.type == "variable_name":
            yield text_of(name), [_value(node, value, known)]
    elif node.type == "for_statement":
        name = node.child_by_field_name("variable")
        words = [
            word for value in node.children_by_field_name("value") for word in fields(value, known)
        ]
        if name is not None:
            yield text_of(name), words or [UNREAD]
    else:
        yield from _filled(node)


def _value(node: Node, value: Node | None, known: Values) -> str:
    if any(child.type == "+=" for child in node.children):
        return UNREAD
    if value is None:
        return ""
    return UNREAD if value.type == "array" else literal(value, known)


def _filled(node: Node) -> Iterator[tuple[str, list[str]]]:
    """Variables that a program fills: `read NAME`, `printf -v NAME`."""
    name = node.child_by_field_name("name")
    if name is None or text_of(name) not in FILLED_BY:
        return
    for argument in node.children_by_field_name("argument"):
        if text_of(argument).isidentifier():
            yield text_of(argument), [UNREAD]
