"""The difference of two trees in numbers and as a patch: binary-safe, renames as delete and add."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mlops_agent.workspace.host_git import git, split_z
from mlops_agent.workspace.names import shown

_FLAGS = ("--no-ext-diff", "--no-textconv", "--no-renames", "--no-color")


@dataclass(frozen=True, slots=True)
class FileChange:
    """One changed file; `added` and `removed` count lines and are 0 for a binary file."""

    path: str
    added: int
    removed: int
    binary: bool


@dataclass(frozen=True, slots=True)
class Diff:
    """A change. `patch` is what `git diff --binary` prints, and `git apply` takes."""

    changes: tuple[FileChange, ...]
    patch: bytes

    @property
    def files(self) -> tuple[str, ...]:
        """The changed paths, sorted."""
        return tuple(change.path for change in self.changes)

    @property
    def added(self) -> int:
        """Lines added, over all files."""
        return sum(change.added for change in self.changes)

    @property
    def removed(self) -> int:
        """Lines removed, over all files."""
        return sum(change.removed for change in self.changes)


def diff_trees(git_dir: Path, before: str, after: str) -> Diff:
    """Compare two trees (or commits) of a git folder of ours."""
    patch = git(git_dir, "diff", *_FLAGS, "--binary", "--full-index", before, after)
    return Diff(changes_between(git_dir, before, after) if patch else (), patch)


def changes_between(git_dir: Path, before: str, after: str) -> tuple[FileChange, ...]:
    """The files that differ between two trees, with their lines, sorted by path."""
    numbers = git(git_dir, "diff", *_FLAGS, "--numstat", "-z", before, after)
    changes = [_change(entry) for entry in split_z(numbers)]
    return tuple(sorted(changes, key=lambda change: change.path))


def _change(entry: str) -> FileChange:
    added, removed, path = entry.split("\t", 2)
    binary = added == "-"
    return FileChange(
        shown(path), 0 if binary else int(added), 0 if binary else int(removed), binary
    )
