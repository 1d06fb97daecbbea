"""JSON with an entry a line, of which a start takes apart only what it asks for.

Owns the form, writing and looking up: `{`, a line for each entry with its key first, `}`.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

_PARTED = ": "


class Lines(Mapping[str, Any]):
    """The entries of such a text by key; each look-up reads its line anew."""

    def __init__(self, text: str) -> None:
        # In ASCII the order of the lines is that of their keys in quotes.
        self._lines = sorted(text.split("\n")[1:-2])

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401
        line = self._line(key)
        if not line:
            raise KeyError(key)
        return json.loads(line[len(quoted(key)) + len(_PARTED) :].removesuffix(","))

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and bool(self._line(key))

    def __iter__(self) -> Iterator[str]:
        return (json.loads(line.partition(_PARTED)[0]) for line in self._lines)

    def __len__(self) -> int:
        return len(self._lines)

    def _line(self, key: str) -> str:
        begin = quoted(key)
        at = bisect_left(self._lines, begin)
        line = self._lines[at] if at < len(self._lines) else ""
        return line if line.startswith(begin) else ""


def as_lines(entries: Mapping[str, Any], begin: str = "{", end: str = "}") -> str:
    """The text of entries, which may stand within something else: its first line, and its last."""
    lines = (f"{quoted(key)}{_PARTED}{json.dumps(entry)}" for key, entry in entries.items())
    return "\n".join([begin, ",\n".join(lines), end, ""])
