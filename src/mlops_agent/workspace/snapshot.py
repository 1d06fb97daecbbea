"""The run's own git folder, trees.git: the base tree and the proposed one, self-contained.

Everything a report says of the two trees can be checked from it, without the user's repository.
It has no configuration but ours and switches all attributes off: files go in and come out byte for
byte, with no filter, no line-end conversion and nothing left out.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from mlops_agent.errors import BadInputError
from mlops_agent.unblocked import User
from mlops_agent.workspace.diff import Diff, diff_trees
from mlops_agent.workspace.host_git import REFETCH_HINT, GitError, git, split_z
from mlops_agent.workspace.names import shown
from mlops_agent.workspace.own_refs import branch, loose_commit, set_branch

if TYPE_CHECKING:
    from mlops_agent.workspace.repository import Repository
    from mlops_agent.workspace.worktree import Worktree

Tree = Literal["base", "proposed"]

PATCH = "change.patch"
_TREES = "trees.git"
_ATTRIBUTES = (
    "* !text !eol !crlf !filter !ident !working-tree-encoding !diff !merge !whitespace"
    " !export-ignore !export-subst\n"
)
_TREE_NAMES: tuple[Tree, ...] = ("base", "proposed")
_AUTHOR = "mlops-agent"
_EMAIL = "mlops-agent@localhost"
_TIME = re.compile(r"[0-9]{1,18}")
_NO_NAMES = frozenset({"", ".", "..", ".git"})
_FULL = "No space left"


@dataclass(frozen=True, slots=True)
class Proposal:
    """The proposed commit of trees.git and its tree."""

    commit: str
    tree: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A blob of a tree: its git mode (100644, 100755, 120000) and object id."""

    mode: str
    object_id: str


@dataclass(frozen=True)
class Trees:
    """The two trees of a run, read only. `git_dir` is the bare repository they lie in."""

    git_dir: Path
    _listed: dict[str, dict[str, Entry]] = field(default_factory=dict[str, dict[str, Entry]])

    @classmethod
    def open(cls, run_folder: Path) -> Self:
        """Open the trees of a run's folder; raises BadInputError when there are none."""
        git_dir = run_folder / _TREES
        if not (git_dir / "HEAD").is_file():
            raise BadInputError(f"{run_folder} holds no trees", "is it the folder of a run?")
        return cls(git_dir)

    def has(self, tree: Tree) -> bool:
        """Whether this tree was written; a run that stopped early has no proposed one."""
        return branch(self.git_dir, tree) is not None or bool(
            git(self.git_dir, "for-each-ref", _ref(tree))
        )

    def commit(self, tree: Tree) -> str:
        """The id of the commit that holds this tree."""
        return branch(self.git_dir, tree) or self._resolve(_ref(tree))

    def hash(self, tree: Tree) -> str:
        """The git tree id."""
        commit = branch(self.git_dir, tree)
        known = loose_commit(self.git_dir, commit) if commit else None
        return known.tree if known else self._resolve(f"{_ref(tree)}^{{tree}}")

    def seconds(self, tree: Tree) -> str:
        """The time of the commit that holds this tree, in seconds since 1970."""
        commit = self.commit(tree)
        known = loose_commit(self.git_dir, commit)
        if known is not None:
            return known.seconds
        return git(self.git_dir, "show", "-s", "--format=%ct", commit).decode().strip()

    def paths(self, tree: Tree) -> tuple[str, ...]:
        """All files and links of this tree, sorted; submodules are not files."""
        return tuple(self.entries(tree))

    def entries(self, tree: Tree) -> dict[str, Entry]:
        """All files and links of this tree with their mode and object id, by path."""
        return self.listed(self.hash(tree))

    def listed(self, tree_id: str) -> dict[str, Entry]:
        """All files and links of any tree that lies here, by path.

        Raises BadInputError for a tree that no folder can hold: git writes none, but takes one.
        """
        if tree_id not in self._listed:
            self._listed[tree_id] = _entries(self.git_dir, tree_id)
        return self._listed[tree_id]

    def read(self, tree: Tree, path: str) -> bytes | None:
        """The bytes of a file (for a link: its target), or None when the tree has no such file."""
        entry = self.entries(tree).get(path)
        if entry is None:
            return None
        return git(self.git_dir, "cat-file", "blob", entry.object_id)

    def read_all(self, tree: Tree, paths: Sequence[str]) -> dict[str, bytes]:
        """The bytes of many files of this tree, by path, with one git for all of them.

        Raises GitError where an object is not there.
        """
        entries = self.entries(tree)
        known = {path: entries[path].object_id for path in paths if path in entries}
        asked = "".join(f"{object_id}\n" for object_id in known.values())
        found: dict[str, bytes] = {}
        with tempfile.TemporaryFile() as file:
            git(self.git_dir, "cat-file", "--batch", stdin=asked.encode(), stdout=file)
            file.seek(0)
            for path in known:
                # Each is "<id> blob <size>", the bytes, and a line's end; or "<id> missing".
                told = file.readline().decode().split()
                if len(told) < 3:
                    raise GitError(f"git cat-file failed: {' '.join(told)}")
                size = int(told[2])
                found[path] = file.read(size)
                file.read(1)
        return found

    def checkout(self, tree: Tree, folder: Path) -> None:
        """Write this tree into a folder, which is made when it is missing."""
        index = self.git_dir / f"checkout-{os.getpid()}-{id(folder)}.index"
        try:
            check_out(self.git_dir, self.hash(tree), folder, index)
        finally:
            index.unlink(missing_ok=True)

    def diff(self) -> Diff:
        """The change from the base to the proposed tree."""
        return diff_trees(self.git_dir, self.hash("base"), self.hash("proposed"))

    def _resolve(self, name: str) -> str:
        try:
            return git(self.git_dir, "rev-parse", "--verify", "--quiet", name).decode().strip()
        except GitError as error:
            raise BadInputError(f"{self.git_dir} has no {name}") from error


def create_trees(run_folder: Path, repository: Repository, commit: str) -> Trees:
    """Make trees.git with the tree of this commit as base; one that is there is kept.

    Raises BadInputError when the commit's objects are not all there (a partial clone).
    """
    git_dir = run_folder / _TREES
    if not (git_dir / "HEAD").is_file():
        initialise(git_dir, repository.object_format)
    trees = Trees(git_dir)
    tree = git(repository.git_dir, "rev-parse", f"{commit}^{{tree}}").decode().strip()
    if not trees.has("base"):
        copy_objects(repository.common_dir, git_dir, tree)
        seconds = git(repository.git_dir, "show", "-s", "--format=%ct", commit).decode().strip()
        base = commit_tree(git_dir, tree, f"Base: {commit}\n", seconds)
        set_branch(git_dir, "base", base)
    elif trees.hash("base") != tree:
        raise BadInputError(f"{run_folder} holds the trees of another base than {commit}")
    return trees


def write_trees(run_folder: Path, worktree: Worktree) -> Proposal:
    """Record the worktree as it stands as the proposed tree, and its diff as change.patch."""
    return propose(run_folder, worktree.tree_hash())


def propose(run_folder: Path, tree: str) -> Proposal:
    """As `write_trees`, with a tree of the worktree that was taken before."""
    trees = Trees.open(run_folder)
    base = trees.commit("base")
    commit = commit_tree(
        trees.git_dir, tree, "Proposed change\n", trees.seconds("base"), parent=base
    )
    set_branch(trees.git_dir, "proposed", commit)
    (run_folder / PATCH).write_bytes(diff_trees(trees.git_dir, base, tree).patch)
    return Proposal(commit, tree)


def check_out(git_dir: Path, tree: str, folder: Path, index: Path) -> None:
    """Write a tree into a folder through this index file, which then matches the files."""
    folder.mkdir(parents=True, exist_ok=True)
    git(git_dir, "read-tree", tree, index=index, work_tree=folder)
    git(git_dir, "checkout-index", "--all", "--force", "--index", index=index, work_tree=folder)


def copy_objects(source: Path, target: Path, *revisions: str, user: User | None = None) -> None:
    """Copy what these revisions reach (`^X` excludes) from one git folder to another.

    `user` is whose the target is, where it is not ours.
    """
    try:
        listed = git(source, "rev-list", "--objects", "--no-object-names", *revisions)
        # Through a file: a repository with data in it is more than should be held in memory.
        with tempfile.TemporaryFile(dir=target) as pack:
            # No search for deltas: the pack is short-lived and reading it should be quick.
            arguments = ("pack-objects", "--stdout", "-q", "--window=0")
            git(source, *arguments, stdin=listed, stdout=pack)
            pack.seek(0)
            git(target, "index-pack", "--stdin", stdin=pack, user=user)
    except GitError as error:
        if _FULL in str(error):
            raise
        raise BadInputError(f"objects of the commit are missing: {error}", REFETCH_HINT) from error


def commit_tree(git_dir: Path, tree: str, message: str, seconds: str, parent: str = "") -> str:
    """Commit a tree in our own name at a given time (seconds since 1970), and return the id.

    A time that git reads out of an odd commit but does not write becomes 0.
    """
    seconds = seconds if _TIME.fullmatch(seconds) else "0"
    # With the `@`, since git takes a number of few digits for a date in words.
    identity = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", _AUTHOR), ("EMAIL", _EMAIL), ("DATE", f"@{seconds} +0000"))
    }
    parents = ("-p", parent) if parent else ()
    made = git(git_dir, "commit-tree", tree, *parents, stdin=message.encode(), environment=identity)
    return made.decode().strip()


def initialise(git_dir: Path, object_format: str) -> None:
    """Make a bare git folder of our own, with no attributes in force."""
    git_dir.mkdir(parents=True, exist_ok=True)
    git(
        git_dir, "init", "--bare", "--quiet", "--template=", "--initial-branch=base",
        f"--object-format={object_format}",
    )  # fmt: skip
    (git_dir / "info").mkdir(exist_ok=True)
    (git_dir / "info" / "attributes").write_text(_ATTRIBUTES)


def _entries(git_dir: Path, tree: str) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    seen, folders = {""}, {""}
    for line in split_z(git(git_dir, "ls-tree", "-r", "-t", "-z", "--full-tree", tree)):
        head, _, path = line.partition("\t")
        mode, kind, object_id = head.split(" ")
        folder, _, name = path.rpartition("/")
        # The other spellings of `.git` that file systems know are refused by git's own checkout.
        if path in seen or folder not in folders or name.lower() in _NO_NAMES:
            raise BadInputError(
                f"the tree {tree} holds {shown(path)!r} twice, below what is no folder, or not as a"
                " name that a file can have",
                "no git repository is like that: do not trust the folder that it comes from",
            )
        seen.add(path)
        if kind == "tree":
            folders.add(path)
        elif kind == "blob":
            entries[path] = Entry(mode, object_id)
    return dict(sorted(entries.items()))


def _ref(tree: Tree) -> str:
    return f"refs/heads/{tree}"
