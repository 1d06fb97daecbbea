"""Whether a folder is as it was: a stamp of its files' places, sizes and times, nothing read.

Cheaper than a git tree, and only ever used to know that the last tree still holds. Where the times
can't tell, there is no stamp, and the caller has to look for itself.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

MOST_ENTRIES = 20_000
"""Above so many the look itself would cost more than it saves."""
SETTLED_NS = 2_000_000_000
"""A change so shortly before the look could be followed by one that bears the same time: some file
systems count whole seconds."""

Stamp = frozenset[tuple[str, int, int, int, int, int]]


def stamp(root: Path) -> Stamp | None:
    """The stamp of all that lies below a folder, or None where it would prove nothing.

    It holds each entry's path, inode, mode, size and both times: whoever writes to a file or
    replaces it moves the change time, which can't be set back.
    """
    settled = time.time_ns() - SETTLED_NS
    found: set[tuple[str, int, int, int, int, int]] = set()
    folders = [str(root)]
    try:
        while folders:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    told = entry.stat(follow_symlinks=False)
                    if told.st_ctime_ns > settled or len(found) >= MOST_ENTRIES:
                        return None
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    times = told.st_mtime_ns, told.st_ctime_ns
                    found.add((entry.path, told.st_ino, told.st_mode, told.st_size, *times))
    except OSError:
        return None
    return frozenset(found)
