"""Finds the lines on which a TOML file's tables, keys and array items stand.

`tomllib` keeps no positions; this is a search in the text for what it has parsed.
"""

from __future__ import annotations

import re

_TABLE = re.compile(r"\s*\[\[?(?P<name>[^\]\[]+)\]\]?\s*(?:#.*)?\Z")
_KEY = re.compile(
    r"\s*(?P<key>(?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)\s*="
)
_PARTS = re.compile(r"\"([^\"]*)\"|'([^']*)'|([\w-]+)")

MAX_ARRAY = 500
"""Lines after an array's key that are searched for its items."""


class TomlLines:
    """The lines of a TOML text by dotted key; keys inside inline tables have their table's line."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self.lines = lines
        self.places: dict[tuple[str, ...], int] = {}
        self.tables: dict[tuple[str, ...], list[int]] = {}
        table: tuple[str, ...] = ()
        for number, line in enumerate(lines, 1):
            head = _TABLE.match(line)
            key = _KEY.match(line)
            if head:
                table = _parts(head["name"])
                self.tables.setdefault(table, []).append(number)
                self.places.setdefault(table, number)
            elif key:
                self.places.setdefault((*table, *_parts(key["key"])), number)

    def line(self, *keys: str) -> int:
        """The 1-based line of a key, or of the nearest table above it that is known, else 1."""
        for length in range(len(keys), 0, -1):
            if keys[:length] in self.places:
                return self.places[keys[:length]]
        return 1

    def item(self, text: str, *keys: str) -> int:
        """The line of a string item in the array at `keys`; the array's own if it is not seen."""
        start = self.line(*keys)
        for number in range(start, min(len(self.lines), start + MAX_ARRAY) + 1):
            line = self.lines[number - 1]
            if text in line and ('"' in line or "'" in line):
                return number
            if number > start and _TABLE.match(line):
                break
        return start

    def nth_table(self, place: int, *keys: str) -> int:
        """The line of the n-th `[[table]]` (0-based), or of the last that is there."""
        lines = self.tables.get(keys, [1])
        return lines[min(place, len(lines) - 1)]


def _parts(name: str) -> tuple[str, ...]:
    return tuple(a or b or c for a, b, c in _PARTS.findall(name))
