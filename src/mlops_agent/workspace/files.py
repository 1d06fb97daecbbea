"""Reading and writing files inside a root folder, and only there.

Paths are relative and POSIX. Nothing is followed out of the root: not `..`, not a symbolic link,
and `.git` is nobody's to write. Writes are atomic and keep the file's mode; contents are bytes,
so line ends and byte order marks stay as they are.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from mlops_agent.beneath import open_beneath
from mlops_agent.errors import BadInputError
from mlops_agent.workspace.placing import owned_as

MAX_READ_BYTES = 16 * 1024 * 1024
"""Files above this are data, not code; nobody edits them here."""

# O_NONBLOCK: opening a FIFO would otherwise wait for a writer.
_READING = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW_FILE_MODE = 0o644


class PathRefusedError(BadInputError):
    """The path leads out of the root, into `.git`, or to something that is not a plain file."""


def parts_of(path: str) -> tuple[str, ...]:
    """Split a relative path; raises PathRefusedError for one that is absolute, climbs or is odd."""
    pure = PurePosixPath(path)
    if not path or path.endswith("/") or "\0" in path or not pure.parts:
        raise PathRefusedError(f"{path!r} does not name a file")
    if pure.is_absolute() or ".." in pure.parts:
        raise PathRefusedError(
            f"{path} is outside the worktree", "give a path relative to the repository's root"
        )
    # git guards every spelling of .git, since some file systems ignore case.
    if any(part.lower() == ".git" for part in pure.parts):
        raise PathRefusedError(f"{path} is inside .git, which is not edited")
    return pure.parts


def read_file(root: Path, path: str) -> bytes:
    """Return the bytes of a plain file.

    A symbolic link is followed when it stays inside. Raises FileNotFoundError, or PathRefusedError
    for a folder, a FIFO, a device, a file that is too large or a way out.
    """
    parts_of(path)
    try:
        descriptor = open_beneath(root, path, _READING, links=True)
    except (FileNotFoundError, NotADirectoryError):
        raise FileNotFoundError(path) from None
    except OSError as error:
        raise PathRefusedError(f"{path} {_why_not(error)}") from error
    try:
        return read_plain(descriptor, path)
    finally:
        os.close(descriptor)


def read_plain(descriptor: int, path: str) -> bytes:
    """The bytes of an open file of usual size; raises PathRefusedError for what is none."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise PathRefusedError(f"{path} is {kind_of(status.st_mode)}, not a file")
    with os.fdopen(descriptor, "rb", closefd=False) as file:
        # Not by its size: a file may grow, and those of /proc tell none.
        data = file.read(MAX_READ_BYTES + 1)
    if len(data) > MAX_READ_BYTES:
        raise PathRefusedError(
            f"{path} has {status.st_size} bytes; files above {MAX_READ_BYTES} are not read"
        )
    return data


def write_file(root: Path, path: str, data: bytes, scratch: Path) -> None:
    """Replace or create a file atomically, through a temporary file in `scratch`.

    `scratch` is a folder on the same file system outside the root, so that a crash leaves nothing
    in the tree. The mode of a file that exists is kept; folders are made. Raises PathRefusedError
    for a path through or onto a link, onto a folder, or out of the root.
    """
    *folders, name = parts_of(path)
    parent = open_folder(root, folders, path)
    try:
        mode = _mode_to_keep(parent, name, path)
        temporary = _write_temporary(scratch, data, mode)
        try:
            os.rename(temporary, name, dst_dir_fd=parent)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise BadInputError(f"{path} can't be written: {error.strerror}") from error
        os.fsync(parent)
    finally:
        os.close(parent)


def remove_file(root: Path, path: str) -> None:
    """Remove a plain file or link; its folder stays. Raises as `write_file` does."""
    *folders, name = parts_of(path)
    parent = open_folder(root, folders, path, make=False)
    try:
        os.unlink(name, dir_fd=parent)
    finally:
        os.close(parent)


def kind_of(mode: int) -> str:
    """What a file mode stands for, in words."""
    names = {
        stat.S_IFDIR: "a folder",
        stat.S_IFLNK: "a symbolic link",
        stat.S_IFIFO: "a FIFO",
        stat.S_IFSOCK: "a socket",
        stat.S_IFCHR: "a device",
        stat.S_IFBLK: "a device",
    }
    return names.get(stat.S_IFMT(mode), "a file")


def open_folder(root: Path, folders: Sequence[str], path: str, *, make: bool = True) -> int:
    """Open a folder below the root for a file in it, through no link, and return the descriptor.

    Folders that are missing are made. Raises PathRefusedError, naming `path`.
    """
    top = os.open(root, _FOLDER)
    try:
        return open_beneath(top, "/".join(folders) or ".", _FOLDER, links=False)
    except FileNotFoundError as error:
        if make:
            return _make_folders(top, folders, path)
        raise PathRefusedError(f"{path} can't be written: its folder is gone") from error
    except OSError as error:
        raise _no_folder(path, "a folder of it", error) from error
    finally:
        os.close(top)


def _make_folders(top: int, folders: Sequence[str], path: str) -> int:
    # One component at a time, never through a link: a check of the whole path could be raced.
    current = os.dup(top)
    for folder in folders:
        try:
            following = _enter(current, folder)
        except OSError as error:
            raise _no_folder(path, folder, error) from error
        finally:
            os.close(current)
        current = following
    return current


def _enter(parent: int, folder: str) -> int:
    try:
        return os.open(folder, _FOLDER, dir_fd=parent)
    except FileNotFoundError:
        os.mkdir(folder, dir_fd=parent)
        made = os.open(folder, _FOLDER, dir_fd=parent)
        try:
            owned_as(made, os.fstat(parent))
        except OSError:
            os.close(made)
            raise
        return made


def _no_folder(path: str, folder: str, error: OSError) -> BadInputError:
    if error.errno not in (errno.ELOOP, errno.ENOTDIR, errno.EXDEV):
        return BadInputError(f"{path} can't be written: {error.strerror}")
    return PathRefusedError(
        f"{path} can't be written: {folder} is a link or not a folder; use the real path"
    )


def _why_not(error: OSError) -> str:
    if error.errno == errno.EXDEV:
        return "leads out of the worktree, or into .git"
    return f"can't be read: {error.strerror}"


def _mode_to_keep(parent: int, name: str, path: str) -> int:
    try:
        status = os.stat(name, dir_fd=parent, follow_symlinks=False)
    except FileNotFoundError:
        return _NEW_FILE_MODE
    if not stat.S_ISREG(status.st_mode):
        raise PathRefusedError(
            f"{path} is {kind_of(status.st_mode)}, not a file", "name a plain file"
        )
    # Whose rights a program takes on is nothing that a file of a repository says.
    return stat.S_IMODE(status.st_mode) & 0o777


def _write_temporary(scratch: Path, data: bytes, mode: int) -> Path:
    scratch.mkdir(parents=True, exist_ok=True)
    temporary = scratch / f"write-{secrets.token_hex(8)}"
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise BadInputError(f"can't write to {scratch}: {error.strerror}") from error
    return temporary
