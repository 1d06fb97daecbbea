"""One edit of the offline driver, also where a crash left open whether it had landed."""

from __future__ import annotations

import re

from mlops_agent.contracts.change import TextEdit
from mlops_agent.contracts.journal import ToolResult
from mlops_agent.drivers.offline.steps import INTERRUPTED, Calls, Script

_NUMBERED = re.compile(r"^\s*\d+\t", re.MULTILINE)
_MORE = re.compile(r"\n\[lines \d+ to \d+ are not shown: offset=(\d+)\]$")


def make_edit(calls: Calls, edit: TextEdit) -> Script[str]:
    """Make an edit, or a new file where `old` is empty; returns what went wrong, or nothing."""
    result = yield from _write(calls, edit)
    while not result.ok and result.text.startswith(INTERRUPTED):
        text = yield from _read(calls, edit.path)
        if _landed(edit, text):
            return ""
        result = yield from _write(calls, edit)
    return "" if result.ok else result.text


def _write(calls: Calls, edit: TextEdit) -> Script[ToolResult]:
    path = edit.path
    if not edit.old:
        made = calls.make(f"Write {path}.", "Write", path=path, content=edit.new)
    else:
        made = calls.make(f"Edit {path}.", "Edit", path=path, old=edit.old, new=edit.new)
    return (yield from made)


def _read(calls: Calls, path: str) -> Script[str | None]:
    """The whole text of a file, without line numbers; None where it can't be read."""
    parts: list[str] = []
    offset: int | None = 1
    while offset is not None:
        seen = yield from calls.make(f"Look at {path} again.", "Read", path=path, offset=offset)
        if not seen.ok:
            return None
        more = _MORE.search(seen.text)
        parts.append(_NUMBERED.sub("", seen.text[: more.start()] if more else seen.text))
        offset = int(more[1]) if more else None
    return "\n".join(parts)


def _landed(edit: TextEdit, text: str | None) -> bool:
    """Whether the text is that of after the edit. Where `new` holds `old`, look for `new`."""
    if text is None:
        return False
    if not edit.old or edit.old in edit.new:
        return _plain(edit.new) in text
    return _plain(edit.old) not in text


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip("\n")
