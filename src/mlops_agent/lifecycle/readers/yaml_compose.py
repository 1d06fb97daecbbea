"""Composes YAML text into trees with places; owns the bounds that keep hostile files cheap.

Tags are not resolved (an unknown `!Ref` is its plain value), merge keys are spread, aliases share
the node they name. A file whose aliases multiply is refused, not expanded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, cast

import yaml

from mlops_agent.lifecycle.readers.tree import Leaf, Mapping, Node, Sequence
from mlops_agent.lifecycle.unreadable import UnreadableError

MAX_DEPTH = 60
MAX_EXPANDED = 200_000
"""Nodes of a file with every alias written out; far above any hand-written file."""


class _Mark(Protocol):
    """A place in the text, 0-based."""

    line: int
    column: int


class _Event(Protocol):
    """What is read of PyYAML's events; which attributes one has depends on its class."""

    start_mark: _Mark
    end_mark: _Mark
    anchor: str
    value: str
    style: str | None


class _Source(Protocol):
    """PyYAML's loaders as far as events go."""

    def __init__(self, text: str) -> None: ...

    def get_event(self) -> _Event: ...

    def dispose(self) -> None: ...


_NOT_BREAKS = {0x85: " ", 0x2028: " ", 0x2029: " "}
"""Line breaks to YAML 1.1, but to no editor and not to git: they would shift every line number."""

_Loader = cast("type[_Source]", getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def compose(text: str, restore: Callable[[str], str] = str) -> list[Node]:
    """All documents of a YAML text as trees; empty documents are left out.

    Args:
        text: the YAML text.
        restore: applied to each scalar's text (puts masked template text back).

    Raises:
        UnreadableError: broken syntax (with the line), nesting deeper than MAX_DEPTH, or aliases
            that expand to more than MAX_EXPANDED nodes or name themselves.
    """
    try:
        loader = _Loader(text if text.isascii() else text.translate(_NOT_BREAKS))
        try:
            return list(_Composer(restore).documents(loader))
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f" (line {mark.line + 1})" if mark else ""
        raise UnreadableError(f"not valid YAML{where}: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise UnreadableError(f"not valid YAML: {str(error).splitlines()[0]}") from error
    except UnicodeEncodeError as error:
        raise UnreadableError("not valid YAML: text that UTF-8 cannot hold") from error


_kind_of = cast("Callable[[_Event], type[object]]", type)


class _Composer:
    """One pass over the events with a stack of open collections."""

    def __init__(self, restore: Callable[[str], str]) -> None:
        self.restore = restore
        self.open: list[Mapping | Sequence] = []
        self.keys: list[Leaf | None] = []
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.named: list[tuple[str | None, int]] = []
        self.count = 0
        self.root: Node | None = None

    def documents(self, loader: _Source) -> Iterator[Node]:
        following = loader.get_event
        while True:
            event = following()
            kind = _kind_of(event)
            if kind is yaml.ScalarEvent:
                self._scalar(event)
            elif kind is yaml.MappingStartEvent:
                self._start(event, Mapping(event.start_mark.line + 1, event.start_mark.column))
            elif kind is yaml.SequenceStartEvent:
                self._start(event, Sequence(event.start_mark.line + 1, event.start_mark.column))
            elif kind is yaml.AliasEvent:
                self._alias(event)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._end(event)
            elif kind is yaml.DocumentEndEvent:
                root, self.root = self.root, None
                self.anchors.clear()
                if root is not None and not (isinstance(root, Leaf) and not root.text):
                    yield root
            elif kind is yaml.StreamEndEvent:
                return

    def _scalar(self, event: _Event) -> None:
        start, end = event.start_mark, event.end_mark
        style = event.style or ""
        # A block scalar's end mark stands behind the blank lines and comments that follow it.
        last = start.line + 1 + event.value.count("\n") if style == "|" else end.line + 1
        if style == ">" and end.column == 0:
            last = max(start.line + 1, end.line)
        text = event.value if self.restore is str else self.restore(event.value)
        leaf = Leaf(text, style, start.line + 1, start.column, last)
        self._grow(1)
        if event.anchor:
            self.anchors[event.anchor] = (leaf, 1)
        self._add(leaf)

    def _start(self, event: _Event, node: Mapping | Sequence) -> None:
        if len(self.open) >= MAX_DEPTH:
            raise UnreadableError(f"YAML nested deeper than {MAX_DEPTH} levels (line {node.line})")
        self._grow(1)
        self.named.append((event.anchor, self.count))
        if event.anchor:
            self.anchors.pop(event.anchor, None)
        self.open.append(node)
        self.keys.append(None)

    def _end(self, event: _Event) -> None:
        node = self.open.pop()
        self.keys.pop()
        node.end_line = _end_line(node, event.end_mark)
        if isinstance(node, Mapping) and node.has("<<"):
            self._merge(node)
        anchor, before = self.named.pop()
        if anchor:
            self.anchors[anchor] = (node, self.count - before + 1)
        self._add(node)

    def _alias(self, event: _Event) -> None:
        line = event.start_mark.line + 1
        known = self.anchors.get(event.anchor)
        if known is None:
            raise UnreadableError(
                f"YAML alias *{event.anchor} names nothing before it (line {line})"
            )
        self._grow(known[1])
        self._add(known[0])

    def _add(self, node: Node) -> None:
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        if isinstance(parent, Sequence):
            parent.nodes.append(node)
            return
        key = self.keys[-1]
        if key is None:
            self.keys[-1] = node if isinstance(node, Leaf) else _stand_in(node)
        else:
            parent.pairs.append((key, node))
            self.keys[-1] = None

    def _grow(self, nodes: int) -> None:
        self.count += nodes
        if self.count > MAX_EXPANDED:
            raise UnreadableError(f"YAML that expands to more than {MAX_EXPANDED} nodes")

    def _merge(self, node: Mapping) -> None:
        own = [pair for pair in node.pairs if pair[0].text != "<<"]
        merged: list[tuple[Leaf, Node]] = []
        for key, value in node.pairs:
            if key.text != "<<":
                continue
            sources = value.nodes if isinstance(value, Sequence) else [value]
            for source in reversed(sources):
                if isinstance(source, Mapping):
                    merged.extend(source.pairs)
        self._grow(len(merged))
        names = {key.text for key, _ in own}
        node.pairs = [pair for pair in merged if pair[0].text not in names] + own


def _end_line(node: Mapping | Sequence, mark: _Mark) -> int:
    """A block collection ends with its last child; its own end mark is the next token's start."""
    if isinstance(node, Mapping):
        last = node.pairs[-1][1].end_line if node.pairs else 0
    else:
        last = node.nodes[-1].end_line if node.nodes else 0
    return max(last, node.line) if last else mark.line + 1


def _stand_in(node: Mapping | Sequence) -> Leaf:
    """A key that is itself a collection: kept by place alone."""
    return Leaf("?", "?", node.line, node.column, node.end_line)
