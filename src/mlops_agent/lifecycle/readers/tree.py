"""The tree that YAML and JSON files are read into: scalars, mappings and sequences with places.

Lines are 1-based and columns 0-based, both of the file as stored. The tree keeps texts, not Python
values: `value_of` makes the value of a plain scalar when somebody asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlops_agent.lifecycle.facts import Entry, Scalar

MAX_ENTRIES = 1500
"""Leaves kept of one object; the rest of a generated file tells a lifecycle nothing new."""
MAX_TEXT = 4000
"""Characters kept of one leaf's text."""

_TRUE = frozenset({"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"})
_FALSE = frozenset({"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"})
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9_]{0,30})\Z")
_DECIMAL = re.compile(r"[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z")


class Leaf:
    """A scalar: its text after YAML's or JSON's own unquoting, and how it was written.

    `style` is "" for a plain scalar, else the quote or block character.
    """

    __slots__ = ("column", "end_line", "line", "style", "text")

    def __init__(self, text: str, style: str, line: int, column: int, end_line: int) -> None:
        self.text = text
        self.style = style
        self.line = line
        self.column = column
        self.end_line = end_line


class Mapping:
    """A mapping: pairs in order, merge keys already spread out; duplicate keys are kept."""

    __slots__ = ("column", "end_line", "line", "pairs")

    def __init__(self, line: int, column: int) -> None:
        self.pairs: list[tuple[Leaf, Node]] = []
        self.line = line
        self.column = column
        self.end_line = line

    def get(self, key: str) -> Node | None:
        """The value of the last pair with this key (as YAML loaders do), or None."""
        for name, node in reversed(self.pairs):
            if name.text == key:
                return node
        return None

    def key(self, key: str) -> Leaf | None:
        """The last key of this text, with its place, or None."""
        return next((name for name, _ in reversed(self.pairs) if name.text == key), None)

    def at(self, *keys: str) -> Node | None:
        """The node that nested keys lead to, or None where one of them is missing."""
        node: Node | None = self
        for key in keys:
            node = node.get(key) if isinstance(node, Mapping) else None
        return node

    def text(self, *keys: str) -> str:
        """The text of a nested scalar, or "" where there is none."""
        node = self.at(*keys)
        return node.text if isinstance(node, Leaf) else ""

    def mapping(self, *keys: str) -> Mapping | None:
        """A nested mapping, or None."""
        node = self.at(*keys)
        return node if isinstance(node, Mapping) else None

    def items(self, *keys: str) -> list[Node]:
        """A nested sequence's items; a lone scalar or mapping is one item, absence none."""
        return items_of(self.at(*keys))

    def texts(self, *keys: str) -> tuple[str, ...]:
        """The scalar items of a nested sequence (or the lone scalar) as texts."""
        return tuple(n.text for n in self.items(*keys) if isinstance(n, Leaf))

    def has(self, key: str) -> bool:
        """Whether the key is there at all."""
        return any(name.text == key for name, _ in self.pairs)

    def mappings(self, *keys: str) -> Iterator[tuple[Leaf, Mapping]]:
        """The pairs of a nested mapping whose values are mappings themselves."""
        node = self.at(*keys)
        if isinstance(node, Mapping):
            for name, value in node.pairs:
                if isinstance(value, Mapping):
                    yield name, value


class Sequence:
    """A sequence of nodes."""

    __slots__ = ("column", "end_line", "line", "nodes")

    def __init__(self, line: int, column: int) -> None:
        self.nodes: list[Node] = []
        self.line = line
        self.column = column
        self.end_line = line


Node = Leaf | Mapping | Sequence


def items_of(node: Node | None) -> list[Node]:
    """A sequence's items; a lone scalar or mapping is one item, None and an empty scalar none."""
    if node is None or (isinstance(node, Leaf) and not node.style and node.text in _NULL):
        return []
    return node.nodes if isinstance(node, Sequence) else [node]


def value_of(leaf: Leaf) -> Scalar:
    """The value a scalar stands for: plain ones resolve as in YAML 1.1, quoted ones are text."""
    text = leaf.text
    if leaf.style:
        return text[:MAX_TEXT]
    first = text[:1]
    if first.isdigit() or first in "+-.":
        return _number_of(text)
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    return None if text in _NULL else text[:MAX_TEXT]


def truth_of(node: Node | None) -> bool:
    """Whether a node is a scalar that means yes."""
    return isinstance(node, Leaf) and value_of(node) is True


def entries_of(node: Node, prefix: str = "") -> tuple[Entry, ...]:
    """The leaves below a node in file order, at most MAX_ENTRIES of them."""
    found: list[Entry] = []
    stack: list[tuple[str, Node]] = [(prefix, node)]
    while stack and len(found) < MAX_ENTRIES:
        key, at = stack.pop()
        if isinstance(at, Leaf):
            found.append(Entry(key=key, value=value_of(at), line=at.line))
            continue
        below = _children(at)
        if not below and key:
            found.append(Entry(key=key, value=None, line=at.line, empty=True))
        lead = f"{key}." if key else ""
        stack.extend((lead + name, child) for name, child in reversed(below))
    return tuple(found)


def _children(node: Mapping | Sequence) -> list[tuple[str, Node]]:
    if isinstance(node, Mapping):
        return [(name.text, child) for name, child in node.pairs]
    return [(str(place), child) for place, child in enumerate(node.nodes)]


def _number_of(text: str) -> Scalar:
    if _INTEGER.match(text):
        return int(text)
    if _DECIMAL.match(text) and any(c.isdigit() for c in text):
        return float(text.replace("_", ""))
    return text[:MAX_TEXT]
