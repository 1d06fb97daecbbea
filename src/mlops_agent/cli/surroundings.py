"""The machine around a command: streams that are missing, disks that are full.

Owns what of it is no bug of ours, and what a person can do about it. Imports nothing but the
standard library, since every command starts here.
"""

from __future__ import annotations

import errno
import os
import sys

# Those that turn the direction of writing make a line read as another one.
_CONTROL = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))} | {
    code: f"\\u{code:04x}" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
}
_ROOM = "free some space, or move the state folder with XDG_STATE_HOME"
_RIGHTS = "run as a user that may, or name another folder (XDG_STATE_HOME is the state's)"
_ADVICE = {
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EFBIG: "allow larger files (ulimit -f)",
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EROFS: "name a folder that can be written (XDG_STATE_HOME is the state's)",
    errno.ENOTDIR: "name a folder (XDG_STATE_HOME is the state's)",
    errno.ENAMETOOLONG: "use a shorter name",
    errno.EMFILE: "allow more open files (ulimit -n)",
    errno.EIO: "look after the disk",
}
"""What to do about failures that no program can help."""


def visible(text: str) -> str:
    """The text with what a terminal would obey spelled out."""
    return text.translate(_CONTROL)


def advice_on(error: OSError) -> tuple[str, str] | None:
    """What happened and what to do, or None for an error that is ours to explain."""
    if isinstance(error, FileNotFoundError) and error.filename is None:
        return "the current folder is gone", "change to a folder that exists"
    advice = _ADVICE.get(error.errno or 0)
    if advice is None:
        return None
    named = isinstance(error.filename, str | bytes)
    place = f"{os.fsdecode(error.filename)}: " if named else ""
    return f"{place}{error.strerror}", advice


def drop_output() -> None:
    """Send what is still buffered nowhere, so that the flush at exit has nothing to complain of."""
    # By number: click may have wrapped the stream.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def open_missing_streams() -> None:
    """Give a program that was started with closed streams empty ones.

    Else the next file that it opens, a journal for instance, would be its standard output.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))
