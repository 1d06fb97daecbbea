"""A command's output: copied to a file up to a bound, and shown whole or by its head and tail."""

from __future__ import annotations

import hashlib
import os
import select
import time
from pathlib import Path
from typing import IO

SHOWN_BYTES = 16 * 1024
"""Bound of the text that a driver sees of one command."""

OUTPUT_LIMIT = 64 * 1024 * 1024
"""A command that prints more than this is stopped: disks are finite."""

_HALF = SHOWN_BYTES // 2
_CHUNK = 64 * 1024


class OutputFile:
    """Copies what comes out of a pipe to a file.

    A pipe, not the file itself: `> /dev/stderr` in a script would cut a file off.
    """

    def __init__(self, source: IO[bytes], target: IO[bytes]) -> None:
        self._source = source
        self._target = target
        self._ended = False
        self._size = 0

    @property
    def flooded(self) -> bool:
        """Whether more than OUTPUT_LIMIT came."""
        return self._size > OUTPUT_LIMIT

    def take(self, end: int | None, seconds: float) -> bool:
        """Wait so long for output, or for `end` to become readable; returns whether that came."""
        watched = select.poll()
        if not self._ended:
            watched.register(self._source, select.POLLIN)
        if end is not None:
            watched.register(end, select.POLLIN)
        ready = dict(watched.poll(seconds * 1000))
        if self._source.fileno() in ready:
            self._copy()
        return end in ready

    def drain(self, seconds: float) -> None:
        """Copy what is left, until nobody can write any more, so many seconds at most."""
        until = time.monotonic() + seconds
        while not self._ended and not self.flooded:
            if (left := until - time.monotonic()) <= 0:
                break
            self.take(None, left)
        self._target.flush()

    def _copy(self) -> None:
        data = os.read(self._source.fileno(), _CHUNK)
        self._ended = not data
        self._size += len(data)
        self._target.write(data)


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


def is_readable(descriptor: int, seconds: float) -> bool:
    """Whether a descriptor becomes readable within so many seconds."""
    watched = select.poll()
    watched.register(descriptor, select.POLLIN)
    return bool(watched.poll(seconds * 1000))
