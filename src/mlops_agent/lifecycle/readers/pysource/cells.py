"""The code cells of a notebook file with the file line of each source line.

`json` tells what the file holds; a scan over its tokens tells on which lines. A notebook written
on one line has all its cells on line 1.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from mlops_agent.lifecycle.unreadable import UnreadableError

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]', re.DOTALL)
_PYTHON = ("python", "ipython", "pyspark")


@dataclass(frozen=True, slots=True)
class CodeCell:
    """A code cell: its place among all cells, its source lines, and each one's file line."""

    index: int
    execution_count: int | None
    lines: tuple[str, ...]
    file_lines: tuple[int, ...]
    line: int
    end_line: int


def code_cells(text: str) -> list[CodeCell]:
    """Return the code cells of a notebook (nbformat 3 or 4) in order.

    Raises:
        UnreadableError: broken JSON, no notebook, or a kernel that does not speak Python.
    """
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableError(f"broken JSON: line {error.lineno}: {error.msg}") from error
    except (RecursionError, ValueError) as error:
        raise UnreadableError("broken JSON: nested too deeply or not text") from error
    cells = list(_cells(document))
    language = _language(document)
    if language and not language.startswith(_PYTHON):
        raise UnreadableError(f"a notebook in {language}: only Python cells are read")
    places = _source_lines(text)
    return [
        _code_cell(index, cell, places.get(key, []))
        for index, (key, cell) in enumerate(cells)
        if cell.get("cell_type") == "code"
    ]


def _cells(document: object) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    top = _mapping(document)
    if "cells" not in top and "worksheets" not in top:
        raise UnreadableError("not a notebook: it has no cells")
    for number, cell in enumerate(_items(top.get("cells"))):
        yield ("cells", str(number)), _mapping(cell)
    for sheet, worksheet in enumerate(_items(top.get("worksheets"))):
        for number, cell in enumerate(_items(_mapping(worksheet).get("cells"))):
            yield ("worksheets", str(sheet), "cells", str(number)), _mapping(cell)


def _language(document: object) -> str:
    metadata = _mapping(_mapping(document).get("metadata"))
    for holder, key in (("language_info", "name"), ("kernelspec", "language")):
        found = _mapping(metadata.get(holder)).get(key)
        if isinstance(found, str) and found:
            return found.lower()
    return ""


def _code_cell(index: int, cell: dict[str, Any], places: list[int]) -> CodeCell:
    source: object = cell.get("source", cell.get("input", ""))
    parts = [str(part) for part in _items(source)] or ([source] if isinstance(source, str) else [])
    lines: list[str] = [""]
    file_lines: list[int] = [places[0] if places else 1]
    for number, part in enumerate(parts):
        here = places[min(number, len(places) - 1)] if places else 1
        first, *rest = re.split(r"\r\n|\r|\n", part)
        if not lines[-1]:
            file_lines[-1] = here
        lines[-1] += first
        lines += rest
        file_lines += [here] * len(rest)
    if not lines[-1] and len(lines) > 1:
        lines.pop()
        file_lines.pop()
    count = cell.get("execution_count", cell.get("prompt_number"))
    start = places[0] if places else 1
    end = places[-1] if places else 1
    executed = count if isinstance(count, int) else None
    return CodeCell(index, executed, tuple(lines), tuple(file_lines), start, max(start, end))


def _source_lines(text: str) -> dict[tuple[str, ...], list[int]]:
    """Return the file lines of each cell's source strings, by the cell's path in the document."""
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    found: dict[tuple[str, ...], list[int]] = {}
    frames: list[_Frame] = []
    for match in _TOKEN.finditer(text):
        piece = match[0]
        if piece in "{[":
            frames.append(_Frame(piece))
        elif not frames:
            continue
        elif piece in "}]":
            frames.pop()
        elif piece == ",":
            frames[-1].next()
        elif piece != ":" and not frames[-1].take_key(piece):
            cell = _source_of(frames)
            if cell is not None:
                found.setdefault(cell, []).append(bisect_right(starts, match.start()))
    return found


@dataclass(slots=True)
class _Frame:
    kind: str
    index: int = 0
    key: str | None = None

    def next(self) -> None:
        self.index += 1
        self.key = None

    def take_key(self, token: str) -> bool:
        """Take a string as the key that an object waits for; False when it is a value."""
        if self.kind == "[" or self.key is not None:
            return False
        self.key = token[1:-1]
        return True

    def step(self) -> str:
        return str(self.index) if self.kind == "[" else self.key or ""


def _source_of(frames: list[_Frame]) -> tuple[str, ...] | None:
    steps = [frame.step() for frame in frames[:7]]
    for top, depth, key in (("cells", 2, "source"), ("worksheets", 4, "input")):
        if steps[0] == top and len(frames) in (depth + 1, depth + 2) and steps[depth] == key:
            return tuple(steps[:depth])
    return None


def _mapping(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _items(value: object) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []
