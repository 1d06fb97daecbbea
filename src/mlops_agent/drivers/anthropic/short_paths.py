"""Paths cut at their front, as far as each still means one file of the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable


def short_paths(paths: Iterable[str]) -> dict[str, str]:
    """Each path with its shortest ending that no other of the paths has; at least the file name."""
    distinct = set(paths)
    endings = Counter(ending for path in distinct for ending in _endings(path))
    return {
        path: next((ending for ending in _endings(path) if endings[ending] == 1), path)
        for path in distinct
    }


def _endings(path: str) -> list[str]:
    """The endings of a path by whole names, the shortest first."""
    names = path.split("/")
    return ["/".join(names[start:]) for start in range(len(names) - 1, -1, -1)]
