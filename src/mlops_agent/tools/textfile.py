"""A file as text that goes back to the very same bytes, and the one kind of replacement in it.

Owns what an edit does to bytes: exactly one occurrence, no guessing, line ends and byte order mark
as they were. Knows nothing of worktrees.
"""

from __future__ import annotations

import difflib
import re

from mlops_agent.tools.base import ToolError
from mlops_agent.tools.encodings import decode, encode, encoding_of

_LINES_NAMED = 10
_REGION_LINES = 20
_LINES_SEARCHED = 5000
_ALIKE = 0.4


def replace_once(path: str, data: bytes, old: str, new: str) -> bytes:
    """Return the file's bytes with the one occurrence of `old` replaced by `new`.

    In a file whose lines all end in CRLF, both may be given with plain line feeds. Raises
    ToolError when `old` is empty, the same as `new`, not there (showing the closest place) or there
    more than once (naming the lines).
    """
    if not old:
        raise ToolError("old is empty: give the text to replace, or Write a new file")
    if old == new:
        raise ToolError("old and new are the same: there is nothing to change")
    text = decode(path, data)
    _check_encodable(path, data, old, new)
    if is_crlf(text):
        old, new = to_crlf(old), to_crlf(new)
    places = occurrences(text, old)
    if not places:
        raise ToolError(f"old is not in {path}.{_closest(text, old)}")
    if len(places) > 1:
        lines = [str(text.count("\n", 0, place) + 1) for place in places[:_LINES_NAMED]]
        raise ToolError(
            f"old is {len(places)} times in {path} (lines {', '.join(lines)}): give more context"
        )
    return replace_at(path, data, (places[0], places[0] + len(old)), new)


def replace_at(path: str, data: bytes, place: tuple[int, int], new: str) -> bytes:
    """Return the file's bytes with these characters of its text replaced, line ends as they are."""
    text = decode(path, data)
    _check_encodable(path, data, "", new)
    start, end = place
    return encode(text[:start] + (to_crlf(new) if is_crlf(text) else new) + text[end:], data)


def occurrences(text: str, part: str) -> list[int]:
    """All places where the part begins, overlapping ones too."""
    return [match.start() for match in re.finditer(f"(?={re.escape(part)})", text)]


def is_crlf(text: str) -> bool:
    """Whether the text has lines and all of them end in CRLF."""
    feeds = text.count("\n")
    return feeds > 0 and feeds == text.count("\r\n")


def to_crlf(text: str) -> str:
    """The text with every line ending in CRLF."""
    return re.sub(r"(?<!\r)\n", "\r\n", text)


def count_changed_lines(before: str, after: str) -> tuple[int, int]:
    """Lines added and removed between two texts, as a line diff counts them."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    added = removed = 0
    for _, a, b, c, d in _differing(old, new):
        removed += b - a
        added += d - c
    return added, removed


def _differing(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return [step for step in matcher.get_opcodes() if step[0] != "equal"]


def _common(left: list[str], right: list[str]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def _check_encodable(path: str, data: bytes, old: str, new: str) -> None:
    try:
        f"{old}{new}".encode()
    except UnicodeEncodeError as error:
        raise ToolError("old and new must be text: they hold half of a surrogate pair") from error
    if new.isascii() or encoding_of(data).wide:
        return
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ToolError(
            f"{path} is not UTF-8, so only plain ASCII text can be put into it"
        ) from error


def _closest(text: str, old: str) -> str:
    """The region most like `old`, with line numbers: what the driver was probably after."""
    lines, wanted = text.split("\n"), old.strip("\n").split("\n")
    if len(lines) > _LINES_SEARCHED:
        return " Read the part of the file again that you want to change."
    best, place = 0.0, 0
    matcher = difflib.SequenceMatcher(None, autojunk=False)
    matcher.set_seq2("\n".join(wanted))
    for start in range(max(1, len(lines) - len(wanted) + 1)):
        matcher.set_seq1("\n".join(lines[start : start + len(wanted)]))
        if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best:
            ratio = matcher.ratio()
            if ratio > best:
                best, place = ratio, start
    if best < _ALIKE:
        return " Nothing in it is like it."
    region = lines[place : place + min(len(wanted), _REGION_LINES)]
    shown = "\n".join(f"{place + n:6d}\t{line}" for n, line in enumerate(region, start=1))
    only_blanks = "".join("\n".join(region).split()) == "".join(old.split())
    how = " (only white space differs)" if only_blanks else ""
    return f" The closest place{how}:\n{shown}"
