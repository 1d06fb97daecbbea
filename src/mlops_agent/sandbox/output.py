"""What is shown of a command's output: the whole if it is short, else its head and its tail."""

from __future__ import annotations

import hashlib
from pathlib import Path

SHOWN_BYTES = 16 * 1024
"""Bound of the text that a driver sees of one command."""

_HALF = SHOWN_BYTES // 2


def bounded(path: Path) -> str:
    """Return the text of an output file, at most SHOWN_BYTES of it, with a note of what is cut."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if size <= SHOWN_BYTES:
            return _text(file.read())
        head = file.read(_HALF)
        file.seek(size - _HALF)
        tail = file.read()
    cut = size - 2 * _HALF
    note = f"[... {cut} bytes left out; all {size} are in {path.name} ...]"
    return f"{_text(head)}\n{note}\n{_text(tail)}"


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _text(data: bytes) -> str:
    return data.decode("utf-8", errors="replace")
