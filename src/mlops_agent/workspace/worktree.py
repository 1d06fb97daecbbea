"""The worktree a run works in: made from a commit, measured, and taken away without a trace.

It is a linked git worktree with a detached HEAD inside the run's folder, so history can be read
there. Files are written and hashed through the run's own git folder (see snapshot), never through
the user's configuration; the user's files, index, stash and refs are not touched.
"""

from __future__ import annotations

import os
import shutil
import stat
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

from mlops_agent.errors import BadInputError
from mlops_agent.unblocked import HeldUpError
from mlops_agent.workspace.diff import Diff, FileChange, changes_between, diff_trees
from mlops_agent.workspace.files import read_file, remove_file, write_file
from mlops_agent.workspace.host_git import git
from mlops_agent.workspace.names import real_name
from mlops_agent.workspace.owner import hand_over
from mlops_agent.workspace.removing import remove_tree
from mlops_agent.workspace.repository import Repository, open_repository
from mlops_agent.workspace.snapshot import Trees, check_out, create_trees

_FOLDER = "worktree"
_INDEX = "worktree.index"
_SCRATCH = "scratch"
_ALL = ("--cached", "--stage", "--others", "--exclude-standard")
_OTHER = b"? "
_SUBMODULE = b"H 160000"


@dataclass(frozen=True, slots=True)
class Worktree:
    """A worktree of a run. `left_out` are uncommitted paths of the user's, which it hasn't got.

    `git_dir` is its folder below the user's `.git/worktrees`.
    """

    path: Path
    repository: Repository
    base_commit: str
    left_out: tuple[str, ...]
    git_dir: Path
    run_folder: Path

    @classmethod
    def create(cls, repo: Path | Repository, base: str, run_folder: Path) -> Self:
        """Make the worktree of a run at a commit (`base` empty: HEAD), anew when one is there.

        Raises BadInputError for a repository or base that can't be used, or one that is read-only.
        """
        repository = repo if isinstance(repo, Repository) else open_repository(repo)
        commit = repository.resolve(base)
        _check_writable(repository)
        path = run_folder.resolve() / _FOLDER
        trees = create_trees(run_folder, repository, commit)
        _sweep(run_folder)
        _discard(repository, path)
        try:
            git(
                repository.git_dir, "worktree", "add", "--quiet", "--no-checkout", "--detach",
                str(path), commit, filters=repository.filters,
            )  # fmt: skip
            left_out, git_dir = repository.left_out(), _linked(repository, path)
            worktree = cls(path, repository, commit, left_out, git_dir, run_folder)
            check_out(trees.git_dir, trees.hash("base"), path, worktree.index)
            # With the index that matches the files, `git status` in there has nothing to re-read.
            shutil.copyfile(worktree.index, worktree.git_dir / "index")
            hand_over(worktree.git_dir, repository.common_dir)
        except BaseException:
            _discard(repository, path)
            raise
        return worktree

    @classmethod
    def open(cls, repo: Path, base_commit: str, run_folder: Path) -> Self:
        """Take up the worktree of an earlier run; raises BadInputError when it is gone."""
        repository = open_repository(repo)
        path = run_folder.resolve() / _FOLDER
        if not path.is_dir() or not (run_folder / _INDEX).is_file():
            raise BadInputError(f"the worktree {path} is gone")
        git_dir = _linked(repository, path)
        _sweep(run_folder)
        return cls(path, repository, base_commit, repository.left_out(), git_dir, run_folder)

    @property
    def index(self) -> Path:
        """The run's own index file, which nobody in the worktree sees."""
        return self.run_folder.resolve() / _INDEX

    @property
    def trees(self) -> Trees:
        """The run's own trees; the base is there, the proposed one once it was written."""
        return Trees.open(self.run_folder)

    def tree_hash(self) -> str:
        """The git tree id of the files as they are: all but ignored files that are not tracked.

        Submodules stay as they are in the base. Nothing of the worktree's own git folder is read.
        """
        trees = self.trees
        tracked, untracked = self._listed()
        present = self._present(tracked, untracked)
        if gone := sorted(set(tracked).difference(present)):
            removals = b"".join(b"0 %s\t%s\0" % (b"0" * 40, os.fsencode(name)) for name in gone)
            self._index("update-index", "-z", "--index-info", stdin=removals)
        names = b"".join(os.fsencode(name) + b"\0" for name in present)
        self._index("update-index", "--add", "--replace", "-z", "--stdin", stdin=names)
        return git(trees.git_dir, "write-tree", index=self.index).decode().strip()

    def files(self) -> tuple[str, ...]:
        """All files as they are now, sorted: what `tree_hash` would record."""
        return self._present(*self._listed())

    def diff(self) -> Diff:
        """The change from the base to the files as they are."""
        trees = self.trees
        return diff_trees(trees.git_dir, trees.hash("base"), self.tree_hash())

    def changes(self) -> tuple[FileChange, ...]:
        """The files that differ from the base, with their lines."""
        trees = self.trees
        return changes_between(trees.git_dir, trees.hash("base"), self.tree_hash())

    def read(self, path: str) -> bytes:
        """The bytes of a file by its shown path, as `files.read_file` gives them."""
        return read_file(self.path, real_name(path))

    def write(self, path: str, data: bytes) -> None:
        """Replace or create a file by its shown path, as `files.write_file` does."""
        write_file(self.path, real_name(path), data, self.run_folder / _SCRATCH)

    def delete(self, path: str) -> None:
        """Remove a file by its shown path."""
        remove_file(self.path, real_name(path))

    def remove(self) -> None:
        """Take the worktree away; the user's repository is as it was before. Twice is fine."""
        _discard(self.repository, self.path)
        _sweep(self.run_folder)
        self.index.unlink(missing_ok=True)

    def _index(self, *arguments: str, stdin: bytes = b"") -> bytes:
        ask = partial(git, self.trees.git_dir, *arguments, index=self.index, stdin=stdin)
        try:
            return ask(work_tree=self.path)
        except HeldUpError as error:
            # No pipe is part of any tree, so nothing that counts goes with these.
            for path in error.paths:
                _unlink(self.path, path)
            # The git that was ended had it; nobody else uses this index.
            _lock_of(self.index).unlink(missing_ok=True)
            return ask(work_tree=self.path)

    def _listed(self) -> tuple[list[str], list[str]]:
        """The names of tracked files and links, and of untracked files that are not ignored."""
        tracked, untracked = list[str](), list[str]()
        for entry in self._index("ls-files", "-z", "-t", *_ALL).split(b"\0"):
            if entry.startswith(_OTHER):
                untracked.append(os.fsdecode(entry.removeprefix(_OTHER)))
            elif entry and not entry.startswith(_SUBMODULE):
                tracked.append(os.fsdecode(entry.split(b"\t", 1)[1]))
        # A name that ends in a slash is a repository inside the worktree: not ours to record.
        return tracked, [name for name in untracked if not name.endswith("/")]

    def _present(self, tracked: list[str], untracked: list[str]) -> tuple[str, ...]:
        content = [name for name in tracked if _is_content(self.path, name)]
        return tuple(sorted({*content, *untracked}))


def _is_content(root: Path, name: str) -> bool:
    """Whether this path is a plain file or a link, reached through real folders only."""
    *folders, last = name.split("/")
    current = root
    for folder in folders:
        current = current / folder
        if current.is_symlink():
            return False
    try:
        mode = (current / last).lstat().st_mode
    except OSError:
        return False
    return stat.S_ISREG(mode) or stat.S_ISLNK(mode)


def _unlink(root: Path, path: str) -> None:
    # From the root on: the whole path may be longer than any that can be named.
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(FileNotFoundError):
            os.unlink(path, dir_fd=folder)
    finally:
        os.close(folder)


def _lock_of(index: Path) -> Path:
    return index.with_name(f"{index.name}.lock")


def _check_writable(repository: Repository) -> None:
    if not os.access(repository.common_dir, os.W_OK):
        raise BadInputError(
            f"{repository.common_dir} is read-only: a worktree can't be registered there",
            "clone the repository and give the clone",
        )


def _sweep(run_folder: Path) -> None:
    """Remove what a process that was killed while it wrote has left."""
    shutil.rmtree(run_folder / _SCRATCH, ignore_errors=True)
    _lock_of(run_folder / _INDEX).unlink(missing_ok=True)


def _linked(repository: Repository, path: Path) -> Path:
    """The folder below `.git/worktrees` that belongs to this worktree.

    Found by what git wrote on its own side: the worktree's `.git` file may have been changed.
    """
    for folder in sorted((repository.common_dir / "worktrees").glob("*")):
        pointer = folder / "gitdir"
        # By bytes: the user's own worktrees may lie anywhere.
        if pointer.is_file() and pointer.read_bytes().strip() == os.fsencode(path / ".git"):
            return folder
    raise BadInputError(f"{repository.root} does not know the worktree {path}")


def _discard(repository: Repository, path: Path) -> None:
    # Not `git worktree remove`: it reads the worktree, which by now is anybody's, and `prune`
    # would also drop entries that are the user's.
    remove_tree(path)
    with suppress(BadInputError, OSError):
        shutil.rmtree(_linked(repository, path))
    # Also where git failed half-way and left but this; it stays where it holds others.
    with suppress(OSError):
        (repository.common_dir / "worktrees").rmdir()
