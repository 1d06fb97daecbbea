"""Putting one file or link in its place: all of it or nothing, and still its owner's.

A file that is there keeps its owner and permissions; a new one gets those that git would give it,
and where we are root the owner of its folder, since the tree is seldom root's.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

_TEMPORARY = "mlops-agent.tmp"
_BESIDE = re.compile(r"\.mlops-agent-[0-9a-f]{16}\.tmp")
_FILE, _PROGRAM = 0o666, 0o777
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Content:
    """What is at a path: bytes of a file, or the target of a link."""

    data: bytes
    kind: Literal["file", "executable", "link"]


def place(folder: int, name: str, content: Content, scratch: Path) -> None:
    """Put content at a name in an open folder, by way of a temporary file in `scratch`.

    Where that lies on another file system the temporary is beside the target. Raises OSError, with
    the folder as it was.
    """
    away = os.open(scratch, _FOLDER)
    try:
        _through(away, _TEMPORARY, folder, name, content)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _through(folder, f".mlops-agent-{secrets.token_hex(8)}.tmp", folder, name, content)
    finally:
        os.close(away)


def sweep(folder: int) -> None:
    """Remove the temporary files of a process that was killed from an open folder."""
    for name in filter(_BESIDE.fullmatch, os.listdir(folder)):
        with suppress(OSError):
            os.unlink(name, dir_fd=folder)


def owned_as(descriptor: int, like: os.stat_result) -> None:
    """Where we are root, give an open file or folder the owner and group of another."""
    status = os.fstat(descriptor)
    wanted = (like.st_uid, like.st_gid)
    if os.geteuid() == 0 and (status.st_uid, status.st_gid) != wanted:
        os.fchown(descriptor, *wanted)


def _through(away: int, temporary: str, folder: int, name: str, content: Content) -> None:
    # One that a killed process left is swept away: who applies holds the repository.
    _drop(away, temporary)
    try:
        old = _status(folder, name)
        like = old or os.fstat(folder)
        if content.kind == "link":
            os.symlink(os.fsdecode(content.data), temporary, dir_fd=away)
            if os.geteuid() == 0:
                os.chown(temporary, like.st_uid, like.st_gid, dir_fd=away, follow_symlinks=False)
        else:
            executable = content.kind == "executable"
            opened = os.open(temporary, _NEW, _PROGRAM if executable else _FILE, dir_fd=away)
            _fill(opened, content.data, like, _mode(old, executable=executable))
        os.rename(temporary, name, src_dir_fd=away, dst_dir_fd=folder)
    finally:
        _drop(away, temporary)


def _drop(folder: int, name: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)


def _status(folder: int, name: str) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None


def _mode(old: os.stat_result | None, *, executable: bool) -> int | None:
    """The permissions that a file has, with or without execution; None for the usual ones."""
    if old is None or not stat.S_ISREG(old.st_mode):
        return None
    mode = stat.S_IMODE(old.st_mode) & 0o777
    # Whoever may read it may run it, as git does on checkout.
    return mode | (mode & 0o444) >> 2 if executable else mode & ~0o111


def _fill(opened: int, data: bytes, like: os.stat_result, mode: int | None) -> None:
    with os.fdopen(opened, "wb") as file:
        file.write(data)
        file.flush()
        owned_as(opened, like)
        if mode is not None:
            os.fchmod(opened, mode)
        os.fsync(opened)
