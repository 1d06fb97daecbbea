"""Whether a file that git calls touched still holds its blob, without a content filter being run.

Reads plain files below the checkout only, through no link; a large one is hashed in parts, and only
where its size is the blob's.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from mlops_agent.beneath import open_beneath
from mlops_agent.lifecycle.git import git

SYMLINK, SUBMODULE = "120000", "160000"
_READING = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY
_FOLDER = os.O_RDONLY | os.O_DIRECTORY
_LARGE = 16 * 1024 * 1024
_PART = 1024 * 1024


def blob_id(content: bytes, algorithm: str = "sha1") -> str:
    """The id that git would give this content."""
    digest = hashlib.new(algorithm, b"blob %d\0" % len(content), usedforsecurity=False)
    digest.update(content)
    return digest.hexdigest()


def still_holds(root: Path, name: bytes, blob: str, mode: str) -> bool:
    """Whether the working copy of a tracked file is the blob, CRLF line ends allowed for."""
    if mode == SUBMODULE:
        return True
    path = os.fsdecode(name)
    try:
        if mode == SYMLINK:
            return blob_id(_target(root, path), _algorithm(blob)) == blob
        opened = open_beneath(root, path, _READING, links=False)
    except OSError:
        return False
    try:
        return _holds(root, opened, blob)
    finally:
        os.close(opened)


def _holds(root: Path, opened: int, blob: str) -> bool:
    about = os.fstat(opened)
    if not stat.S_ISREG(about.st_mode):
        return False
    if about.st_size > _LARGE:
        return _size_of(root, blob) == about.st_size and _hash(opened, about.st_size, blob) == blob
    with os.fdopen(opened, "rb", closefd=False) as file:
        content = file.read(_LARGE + 1)
    algorithm = _algorithm(blob)
    return (
        blob_id(content, algorithm) == blob
        or blob_id(content.replace(b"\r\n", b"\n"), algorithm) == blob
    )


def _hash(opened: int, size: int, blob: str) -> str:
    digest = hashlib.new(_algorithm(blob), b"blob %d\0" % size, usedforsecurity=False)
    with os.fdopen(opened, "rb", closefd=False) as file:
        left = size
        while left and (part := file.read(min(left, _PART))):
            digest.update(part)
            left -= len(part)
    return digest.hexdigest()


def _size_of(root: Path, blob: str) -> int | None:
    answer = git(root, "cat-file", "-s", blob, tolerate=True).strip()
    return int(answer) if answer.isdigit() else None


def _target(root: Path, path: str) -> bytes:
    """What a link says; raises OSError where it lies behind another link."""
    folder, _, name = path.rpartition("/")
    opened = open_beneath(root, folder or ".", _FOLDER, links=False)
    try:
        return os.fsencode(os.readlink(name, dir_fd=opened))
    finally:
        os.close(opened)


def _algorithm(blob: str) -> str:
    return "sha256" if len(blob) == 64 else "sha1"
