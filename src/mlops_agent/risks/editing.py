"""Line changes as edits whose `old` text stands exactly once in its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mlops_agent.contracts.change import TextEdit


@dataclass(frozen=True, slots=True)
class _Block:
    first: int
    last: int


def line_edits(path: str, text: str, changes: Mapping[int, str | None]) -> list[TextEdit]:
    """Turn changes of whole lines into edits, in the order of the file.

    `changes` maps a 1-based line to its new text without line end (it may hold several lines), or
    to None to take the line out. Each edit carries as many unchanged lines around as make its old
    text unique; line ends stay as they are in the file.
    """
    lines = text.splitlines(keepends=True)
    blocks = [_Block(number, number) for number in sorted(changes)]
    while True:
        grown = _merged([_unique(block, lines, text) for block in blocks])
        if grown == blocks:
            break
        blocks = grown
    edits = [_edit(path, block, lines, changes) for block in blocks]
    if _apply_one_by_one(edits, text):
        return edits
    # An earlier edit made a later one's old text again: one edit for all cannot be mistaken.
    return [
        _edit(path, _unique(_Block(blocks[0].first, blocks[-1].last), lines, text), lines, changes)
    ]


def _apply_one_by_one(edits: list[TextEdit], text: str) -> bool:
    for edit in edits:
        first = text.find(edit.old)
        if first < 0 or text.find(edit.old, first + 1) >= 0:
            return False
        text = text.replace(edit.old, edit.new)
    return True


def _unique(block: _Block, lines: list[str], text: str) -> _Block:
    first, last = block.first, block.last
    while True:
        old = "".join(lines[first - 1 : last])
        found = text.find(old)
        # Occurrences may overlap, so str.count would miss some.
        if text.find(old, found + 1) < 0:
            break
        if first > 1:
            first -= 1
        if last < len(lines):
            last += 1
    return _Block(first, last)


def _merged(blocks: list[_Block]) -> list[_Block]:
    merged: list[_Block] = []
    for block in blocks:
        if merged and block.first <= merged[-1].last + 1:
            merged[-1] = _Block(merged[-1].first, max(merged[-1].last, block.last))
        else:
            merged.append(block)
    return merged


def _edit(
    path: str, block: _Block, lines: list[str], changes: Mapping[int, str | None]
) -> TextEdit:
    new: list[str] = []
    for number in range(block.first, block.last + 1):
        line = lines[number - 1]
        if number not in changes:
            new.append(line)
            continue
        change = changes[number]
        if change is not None:
            end = line[len(line.rstrip("\r\n")) :]
            new.append(change.replace("\n", end or "\n") + end)
    old = "".join(lines[block.first - 1 : block.last])
    return TextEdit(path=path, old=old, new="".join(new))
