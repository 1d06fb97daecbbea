"""The content of listed files: bounded, regular files inside the checkout, UTF-8 text.

Owns every reason for which a file is not read. It never opens a device or a pipe, follows no
symbolic link, and reads nothing outside the root.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from mlops_agent.beneath import open_beneath
from mlops_agent.lifecycle.comparing import SUBMODULE, SYMLINK
from mlops_agent.lifecycle.listing import Listed
from mlops_agent.lifecycle.unreadable import UnreadableError

_LFS = b"version https://git-lfs.github.com/spec/"
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY


class Content:
    """Reads files of one checkout."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, file: Listed, cap: int) -> bytes:
        """The bytes of a file; raises UnreadableError with the reason why it is not read."""
        refuse_mode(file)
        try:
            descriptor = open_beneath(self._root, os.fsdecode(file.name), _FLAGS, links=False)
        except FileNotFoundError:
            raise UnreadableError("deleted in the working tree") from None
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise UnreadableError("lies behind a symbolic link") from error
            raise UnreadableError(f"cannot be opened: {error.strerror}") from error
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            # Before fdopen, which refuses a folder in its own words.
            os.close(descriptor)
            raise UnreadableError("not a regular file")
        with os.fdopen(descriptor, "rb") as stream:
            if about.st_size > cap:
                raise UnreadableError(f"larger than {cap // 1024} KiB ({about.st_size // 1024})")
            content = stream.read(cap + 1)
        if content.startswith(_LFS):
            raise UnreadableError("kept in Git LFS")
        return content


def refuse_mode(file: Listed) -> None:
    """Raise UnreadableError for what git lists but is no file of this repository."""
    if file.mode == SUBMODULE:
        raise UnreadableError("a submodule (map it by itself)")
    if file.mode == SYMLINK:
        raise UnreadableError("a symbolic link")


def to_text(content: bytes) -> str:
    """The text of a file; raises UnreadableError for what is binary or not UTF-8."""
    if b"\0" in content:
        raise UnreadableError("binary")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"not UTF-8 at byte {error.start}") from error
