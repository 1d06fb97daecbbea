"""Whether a word, taken as a path, stays inside the worktree.

Inside are relative paths that do not climb out, the usual devices, and the sandbox's own /tmp.
"""

from __future__ import annotations

from mlops_agent.sandbox.policy.words import UNREAD

_DEVICES = frozenset(
    {"/dev/null", "/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/zero", "/dev/tty"}
)
_SCRATCH = ("/tmp", "/dev/fd", "/dev/shm")  # noqa: S108  the sandbox has its own
_OWN = ".git"


def why_outside(word: str) -> str:
    """Why a path may lie outside the worktree, or the empty string."""
    if UNREAD in word:
        return "a path that is not known beforehand"
    if word.startswith("~"):
        return f"{word} lies in a home directory"
    inside = _depth(word) >= 0
    if not word.startswith("/"):
        return "" if inside else f"{word} leads out of the worktree"
    if word in _DEVICES or (inside and _below(word, _SCRATCH)):
        return ""
    return f"{word} lies outside the worktree"


def is_own_of_git(word: str) -> bool:
    """Whether a path leads into git's own folder, where a file can be a program that git runs."""
    return _OWN in word.split("/")


def _below(word: str, folders: tuple[str, ...]) -> bool:
    return any(
        (word == one or word.startswith(f"{one}/")) and _depth(word.removeprefix(one)) >= 0
        for one in folders
    )


def _depth(word: str) -> int:
    """How far below its start a path ends; -1 as soon as it climbs above it."""
    depth = 0
    for part in word.split("/"):
        if part == "..":
            depth -= 1
            if depth < 0:
                return -1
        elif part not in ("", "."):
            depth += 1
    return depth
