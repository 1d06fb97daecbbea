r"""Path names as text: lossless, safe to print and to put into JSON.

A file name is bytes to git. Inside the program a path is its UTF-8 text in which a backslash, a
control character or a byte that is not UTF-8 stands as an escape (`\\`, `\n`, `\xff`), so that no
name can break a line of output or a JSON document, and every name can be got back.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

_UNSAFE = re.compile("[\\\\\x00-\x1f\x7f\udc80-\udcff]")
_ESCAPE = re.compile(rb"\\(\\|n|t|x[0-9a-f]{2})")
_SHORT = {"\\": r"\\", "\n": r"\n", "\t": r"\t"}
_LONG = {b"\\": b"\\", b"n": b"\n", b"t": b"\t"}


def to_text(name: bytes) -> str:
    """The escaped text of a file name as git lists it."""
    return _UNSAFE.sub(_escape, name.decode("utf-8", "surrogateescape"))


def to_bytes(path: str) -> bytes:
    """The file name that `to_text` was given."""
    return _ESCAPE.sub(_unescape, path.encode("utf-8"))


def on_disk(root: Path, path: str) -> Path:
    """Where the file of an escaped path lies under `root`."""
    return root / os.fsdecode(to_bytes(path))


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    return _SHORT.get(char) or f"\\x{ord(char) & 0xFF:02x}"


def _unescape(match: re.Match[bytes]) -> bytes:
    code = match.group(1)
    return _LONG[code] if code in _LONG else bytes([int(code[1:], 16)])
