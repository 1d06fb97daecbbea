"""Which files a repository has, by git: tracked ones with their blob ids, and new ones.

Owns the list and the question whether the tree differs from HEAD. Content filters of the
repository's configuration are never run: a file that git's index calls touched is hashed here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mlops_agent.lifecycle.comparing import still_holds
from mlops_agent.lifecycle.git import filters_off, git, head_commit
from mlops_agent.lifecycle.paths import to_text


@dataclass(frozen=True, slots=True)
class Listed:
    """A file that git knows or would add. `path` is escaped text, `name` the bytes on disk.

    `blob` is the object id of its content where the working copy is the one git has, else None.
    """

    path: str
    name: bytes
    mode: str
    blob: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    """All files of a checkout, sorted by path, and how it stands to its commit."""

    root: Path
    commit: str | None
    dirty: bool
    files: tuple[Listed, ...]


def list_files(root: Path) -> Listing:
    """List tracked files, and untracked ones that no ignore rule names."""
    commit = head_commit(root)
    touched = _names(_touched(root))
    files: dict[bytes, Listed] = {}
    dirty = False
    for entry in _names(git(root, "ls-files", "--stage", "-z")):
        about, _, name = entry.partition(b"\t")
        mode, blob, _ = about.decode("ascii").split(" ")
        changed = name in touched and not still_holds(root, name, blob, mode)
        dirty |= changed
        files[name] = Listed(to_text(name), name, mode, None if changed else blob)
    for name in _names(git(root, "ls-files", "--others", "--exclude-standard", "-z")):
        dirty = True
        if not name.endswith(b"/"):
            files[name] = Listed(to_text(name), name, "100644", None)
    if commit and not dirty:
        dirty = bool(git(root, "diff-index", "--cached", "--name-only", "-z", commit))
    ordered = tuple(sorted(files.values(), key=lambda file: file.path))
    return Listing(root, commit, dirty, ordered)


def _touched(root: Path) -> bytes:
    arguments = ("diff-files", "--name-only", "--ignore-submodules", "-z", "--no-ext-diff")
    return git(root, *arguments, "--no-textconv", settings=filters_off(root))


def _names(output: bytes) -> dict[bytes, None]:
    return dict.fromkeys(part for part in output.split(b"\0") if part)
