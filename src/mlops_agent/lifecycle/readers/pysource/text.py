"""The text of one Python file: its lines as stored, and the source text of a syntax node.

It owns line counting (`\n`, `\r\n`, `\r` and nothing else end a line, as Python's own parser has
it) and the conversion of byte columns to characters. It judges no syntax.
"""

from __future__ import annotations

import ast
import re

TEXT_LIMIT = 200
"""Longest source text kept in a fact, in characters (the agreement in facts/base.py)."""

_LINE_END = re.compile(r"\r\n|\r|\n")


def split_lines(text: str) -> list[str]:
    """Return the lines of `text` without their ends, as Python's parser counts them."""
    return _LINE_END.split(text)


class SourceText:
    """The lines of one file, and cheap access to the text of a node (1-based lines)."""

    __slots__ = ("lines", "path")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.lines = split_lines(text)

    def column(self, line: int, offset: int) -> int:
        """Return the 0-based character column of the UTF-8 byte `offset` in a 1-based `line`."""
        text = self.lines[line - 1]
        if text.isascii():
            return offset
        return len(text.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "ignore"))

    def of(self, node: ast.expr) -> str:
        """Return the source text of `node`, cut at TEXT_LIMIT characters."""
        first, last = node.lineno, node.end_lineno or node.lineno
        start = self.column(first, node.col_offset)
        end = self.column(last, node.end_col_offset or 0)
        if first == last:
            return self.lines[first - 1][start : min(end, start + TEXT_LIMIT)]
        return self._span(first, start, last, end)

    def _span(self, first: int, start: int, last: int, end: int) -> str:
        parts = [self.lines[first - 1][start:]]
        size = len(parts[0])
        for number in range(first + 1, last + 1):
            if size >= TEXT_LIMIT:
                break
            line = self.lines[number - 1]
            parts.append(line[:end] if number == last else line)
            size += len(parts[-1]) + 1
        return "\n".join(parts)[:TEXT_LIMIT]
