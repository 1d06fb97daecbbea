"""Composes JSON text into the same trees as YAML, with lines; the whole text is one document."""

from __future__ import annotations

import re
from bisect import bisect_right
from json.decoder import scanstring  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType]
from typing import cast

from mlops_agent.lifecycle.readers.tree import Leaf, Mapping, Node, Sequence
from mlops_agent.lifecycle.unreadable import UnreadableError

MAX_DEPTH = 60
MAX_NODES = 200_000
_BLANK = re.compile(r"[ \t\r\n]*")
_PLAIN = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null|NaN|-?Infinity")


def compose_json(text: str) -> Node:
    """The tree of a JSON text; a byte order mark is let pass.

    Raises:
        UnreadableError: broken syntax (with the line), nesting deeper than MAX_DEPTH, or more than
            MAX_NODES nodes.
    """
    composer = _Composer(text)
    node = composer.value(0)
    composer.blank()
    if composer.at < len(text):
        raise composer.broken("text after the end")
    return node


class _Composer:
    """A cursor over the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 1 if text.startswith("\ufeff") else 0
        self.breaks = [i for i, char in enumerate(text) if char == "\n"]
        self.count = 0

    def value(self, depth: int) -> Node:
        """The value at the cursor."""
        self.blank()
        self.count += 1
        if depth > MAX_DEPTH or self.count > MAX_NODES:
            raise self.broken("more nesting or nodes than any hand-written file has")
        char = self.text[self.at : self.at + 1]
        if char == "{":
            return self._mapping(depth)
        if char == "[":
            return self._sequence(depth)
        return self._leaf()

    def blank(self) -> None:
        """Move over white space."""
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def broken(self, what: str) -> UnreadableError:
        """The error for something wrong at the cursor."""
        return UnreadableError(f"not valid JSON (line {self._line()}): {what}")

    def _mapping(self, depth: int) -> Mapping:
        node = Mapping(self._line(), 0)
        self.at += 1
        while not self._closes("}", bool(node.pairs)):
            key = self._leaf()
            if not key.style:
                raise self.broken("a key that is not a string")
            self.blank()
            if not self.text.startswith(":", self.at):
                raise self.broken("no colon after a key")
            self.at += 1
            node.pairs.append((key, self.value(depth + 1)))
        node.end_line = self._line()
        return node

    def _sequence(self, depth: int) -> Sequence:
        node = Sequence(self._line(), 0)
        self.at += 1
        while not self._closes("]", bool(node.nodes)):
            node.nodes.append(self.value(depth + 1))
        node.end_line = self._line()
        return node

    def _closes(self, closer: str, comma: bool) -> bool:
        self.blank()
        if self.text.startswith(closer, self.at):
            self.at += 1
            return True
        if comma:
            if not self.text.startswith(",", self.at):
                raise self.broken(f"neither a comma nor {closer}")
            self.at += 1
            self.blank()
        return False

    def _leaf(self) -> Leaf:
        line = self._line()
        if self.text.startswith('"', self.at):
            try:
                found = scanstring(self.text, self.at + 1, False)  # pyright: ignore[reportUnknownVariableType]
                value, self.at = cast("tuple[str, int]", found)
            except ValueError as error:
                raise self.broken("a string that is not closed") from error
            return Leaf(value, '"', line, 0, line)
        match = _PLAIN.match(self.text, self.at)
        if match is None:
            raise self.broken("no value")
        self.at = match.end()
        return Leaf(match[0], "", line, 0, line)

    def _line(self) -> int:
        return bisect_right(self.breaks, self.at - 1) + 1
