"""Child processes with mounts or rights of their own, for what a disk can do to a program."""

from __future__ import annotations

import ctypes
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_NEW_MOUNTS, _NEW_USER = 0x00020000, 0x10000000
_PRIVATE, _READ_ONLY, _BIND, _REMOUNT = 0x44000, 0x1, 0x1000, 0x20
_NOBODY = 65534
_LIBC = ctypes.CDLL(None, use_errno=True)


def in_child(work: Callable[[], Any]) -> Any:  # noqa: ANN401
    """What the work returns (as JSON) in a forked child; its exception comes as a text."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reading)
            try:
                told: Any = work()
            except Exception as error:
                told = f"{type(error).__name__}: {error}"
            os.write(writing, json.dumps(told).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        data = file.read()
    assert os.waitpid(child, 0)[1] == 0
    return json.loads(data)


def with_mounts(mount: Callable[[], None], work: Callable[[], Any]) -> Any:  # noqa: ANN401
    """As `in_child`, in a mount namespace that the first function has furnished."""

    def furnished() -> Any:  # noqa: ANN401
        if not _own_mounts():
            return "skip"
        mount()
        return work()

    told = in_child(furnished)
    if told == "skip":
        pytest.skip("this user may not mount anything here")
    return told


def small_disk(place: Path, kibibytes: int) -> None:
    """Mount an empty disk of this size."""
    _mount("tmpfs", place, "tmpfs", 0, f"size={kibibytes}k".encode())


def read_only(place: Path) -> None:
    """Make a folder read-only, with all below it."""
    _mount(str(place), place, "", _BIND, b"")
    _mount("", place, "", _BIND | _REMOUNT | _READ_ONLY, b"")


def as_nobody(work: Callable[[], Any]) -> Any:  # noqa: ANN401
    """As `in_child`, without root's power to write everywhere."""

    def powerless() -> Any:  # noqa: ANN401
        if os.geteuid() == 0:
            os.setgroups([])
            os.setresgid(_NOBODY, _NOBODY, _NOBODY)
            os.setresuid(_NOBODY, _NOBODY, _NOBODY)
        return work()

    return in_child(powerless)


def _own_mounts() -> bool:
    if not sys.platform.startswith("linux"):
        return False
    user, group = os.geteuid(), os.getegid()
    if _LIBC.unshare(_NEW_MOUNTS | (0 if user == 0 else _NEW_USER)) != 0:
        return False
    if user != 0:
        try:
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"0 {user} 1")
            Path("/proc/self/gid_map").write_text(f"0 {group} 1")
        except OSError:
            return False
    return _LIBC.mount(b"none", b"/", None, _PRIVATE, None) == 0


def _mount(source: str, place: Path, kind: str, flags: int, options: bytes) -> None:
    done = _LIBC.mount(source.encode(), os.fsencode(place), kind.encode(), flags, options)
    assert done == 0, os.strerror(ctypes.get_errno())
