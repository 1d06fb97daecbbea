"""Going through all that lies below a folder, however deep it is nested.

No link is followed, and every folder is opened from the first one on, so that a path may be as
long as the system takes, wherever the folder lies. What can't be listed is passed by.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Container, Iterator
from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def entries_below(root: Path, skipped: Container[str] = ()) -> Iterator[tuple[str, int]]:
    """All that is no folder, sorted, as a relative path with its mode (`os.lstat`).

    Folders of a name in `skipped` are not entered. Raises OSError where `root` is no folder.
    """
    top = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    waiting = [""]
    try:
        while waiting:
            place = waiting.pop()
            folders: list[str] = []
            for name, mode in _listed(top, place):
                path = f"{place}/{name}" if place else name
                if not stat.S_ISDIR(mode):
                    yield path, mode
                elif name not in skipped:
                    folders.append(path)
            waiting += reversed(folders)
    finally:
        os.close(top)


def _listed(top: int, place: str) -> list[tuple[str, int]]:
    try:
        folder = os.open(place or ".", _FOLDER, dir_fd=top)
    except OSError:
        return []
    try:
        with os.scandir(folder) as entries:
            return sorted((one.name, one.stat(follow_symlinks=False).st_mode) for one in entries)
    except OSError:
        return []
    finally:
        os.close(folder)
