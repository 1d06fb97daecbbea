"""Opening a path below a folder and never outside it, however the tree changes meanwhile.

The kernel resolves the path in one go where it can (openat2, Linux 5.6); else each component is
opened by itself and links are followed by hand. Either way no check is separate from the opening.
`..`, absolute paths, links that lead out and the links of /proc are refused, and so is `.git`.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
import sys
from functools import cache
from pathlib import Path

_OPENAT2 = 437
_NO_MAGIC_LINKS, _NO_LINKS, _BENEATH = 0x02, 0x04, 0x08
_TRIES = 8
_MOST_LINKS = 40
_STEP = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_READING = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY


class _How(ctypes.Structure):
    _fields_ = [
        ("flags", ctypes.c_uint64),
        ("mode", ctypes.c_uint64),
        ("resolve", ctypes.c_uint64),
    ]


def open_beneath(root: Path | int, path: str, flags: int, *, links: bool) -> int:
    """Open what lies at a relative path below a folder, and return the descriptor.

    Args:
        root: the folder, or a descriptor of it.
        path: relative; may not climb out of the root at any step.
        flags: of `os.open`, without O_CREAT; the descriptor is never inherited.
        links: whether symbolic links that stay below the root are followed.

    Raises OSError: EXDEV for a way out of the root or into a `.git`, ELOOP for a link that may not
    be followed, and what the system says of the rest.
    """
    folder = os.open(root, _FOLDER) if isinstance(root, Path) else root
    try:
        opener = by_kernel if has_openat2() else by_steps
        return opener(folder, path, flags, links=links)
    finally:
        if isinstance(root, Path):
            os.close(folder)


def read_beneath(folder: Path, path: str, most: int) -> bytes:
    """Return the bytes of a plain file below a folder that may be a stranger's.

    Raises OSError as `open_beneath` does, and for a link on the way, what is no plain file (a pipe
    would be waited for) and what has more than `most` bytes.
    """
    try:
        descriptor = open_beneath(folder, path, _READING, links=False)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise OSError(errno.ELOOP, "it is a link or lies behind one", path) from None
        raise
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file", path)
        if status.st_size > most:
            raise OSError(errno.EFBIG, f"it has more than {most} bytes", path)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(status.st_size)
    finally:
        os.close(descriptor)


@cache
def has_openat2() -> bool:
    """Whether the kernel opens beneath a folder by itself, and tells what it opened."""
    if not sys.platform.startswith("linux"):
        return False
    folder = os.open("/", _FOLDER)
    try:
        os.close(_openat2(folder, ".", _FOLDER, _BENEATH))
        return _place(folder) == "/"
    except OSError:
        return False
    finally:
        os.close(folder)


def by_kernel(root: int, path: str, flags: int, *, links: bool) -> int:
    """As `open_beneath`, by openat2."""
    _refuse_odd(path)
    resolve = _BENEATH | _NO_MAGIC_LINKS | (0 if links else _NO_LINKS)
    opened = _openat2(root, path, flags, resolve)
    # A link may have led into a .git: the kernel knows where it came out.
    if links and _in_git(root, opened):
        os.close(opened)
        raise OSError(errno.EXDEV, "it leads into .git", path)
    return opened


def by_steps(root: int, path: str, flags: int, *, links: bool) -> int:
    """As `open_beneath`, one component at a time."""
    _refuse_odd(path)
    todo = _components(path, path)
    # The folders that are open now, the root first: going up is going back, never `..`.
    above = [os.dup(root)]
    followed = 0
    try:
        while len(todo) > 1 or (links and _is_link(above[-1], todo[0])):
            name = todo.pop(0)
            if name == "..":
                _go_back(above, path)
            elif _is_link(above[-1], name):
                followed += 1
                if not links or followed > _MOST_LINKS:
                    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
                todo = [*_components(os.readlink(name, dir_fd=above[-1]), path), *todo]
            else:
                above.append(os.open(name, _STEP, dir_fd=above[-1]))
        if todo[0] == "..":
            _go_back(above, path)
            todo = ["."]
        return os.open(todo[0], flags | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=above[-1])
    finally:
        for descriptor in above:
            os.close(descriptor)


def _openat2(root: int, path: str, flags: int, resolve: int) -> int:
    library = _libc()
    how = _How(flags | os.O_CLOEXEC, 0, resolve)
    number = errno.EAGAIN
    for _ in range(_TRIES):
        opened = library.syscall(
            ctypes.c_long(_OPENAT2),
            ctypes.c_int(root),
            ctypes.c_char_p(os.fsencode(path)),
            ctypes.byref(how),
            ctypes.c_size_t(ctypes.sizeof(how)),
        )
        if opened >= 0:
            return int(opened)
        number = ctypes.get_errno()
        # A rename elsewhere made the kernel unsure of a `..`: it asks to try again.
        if number not in (errno.EAGAIN, errno.EINTR):
            break
    raise OSError(number, os.strerror(number), path)


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _refuse_odd(path: str) -> None:
    if not path or path.startswith("/") or "\0" in path:
        raise OSError(errno.EXDEV, "it is no path below the folder", path)
    if _names_git(path):
        raise OSError(errno.EXDEV, "it leads into .git", path)


def _components(target: str, path: str) -> list[str]:
    if target.startswith("/") or _names_git(target):
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), path)
    return [part for part in target.split("/") if part not in ("", ".")] or ["."]


def _names_git(path: str) -> bool:
    # git guards every spelling of .git, since some file systems ignore case.
    return any(part.lower() == ".git" for part in path.split("/"))


def _go_back(above: list[int], path: str) -> None:
    if len(above) == 1:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), path)
    os.close(above.pop())


def _is_link(folder: int, name: str) -> bool:
    try:
        return stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return False


def _in_git(root: int, opened: int) -> bool:
    base, place = _place(root).rstrip("/"), _place(opened)
    return not f"{place}/".startswith(f"{base}/") or _names_git(place[len(base) :])


def _place(descriptor: int) -> str:
    return str(Path(f"/proc/self/fd/{descriptor}").readlink())
