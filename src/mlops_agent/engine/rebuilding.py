"""The worktree of a run that is taken up again, as it was left or made anew.

Every tree that the journal names lies in the run's own trees.git, so a worktree that is gone comes
back exactly, also with what Bash had written.
"""

from __future__ import annotations

from pathlib import Path

from mlops_agent.engine.history import Past
from mlops_agent.errors import BadInputError
from mlops_agent.workspace.files import parts_of, remove_file
from mlops_agent.workspace.host_git import git
from mlops_agent.workspace.names import real_name
from mlops_agent.workspace.snapshot import check_out
from mlops_agent.workspace.worktree import Worktree


def take_up_worktree(past: Past, run_folder: Path) -> Worktree:
    """Open the run's worktree, or make it anew from the base and the last tree in the journal.

    A worktree that differs from the journal's last tree is kept where the call that was cut off may
    have changed it, and made anew otherwise.
    """
    repo, commit = Path(past.started.repository), past.started.base.commit
    try:
        worktree = Worktree.open(repo, commit, run_folder)
    except BadInputError:
        return _anew(repo, commit, past.tree_hash, run_folder)
    if past.lost or worktree.tree_hash() == (past.tree_hash or worktree.trees.hash("base")):
        return worktree
    return _anew(repo, commit, past.tree_hash, run_folder)


def bytes_in(worktree: Worktree, tree: str, path: str) -> bytes | None:
    """The bytes of a file in one of the run's git trees, or None where it holds no such file."""
    try:
        name = "/".join(parts_of(real_name(path)))
        return git(worktree.trees.git_dir, "cat-file", "blob", f"{tree}:{name}")
    except BadInputError:
        return None


def _anew(repo: Path, commit: str, tree: str, run_folder: Path) -> Worktree:
    worktree = Worktree.create(repo, commit, run_folder)
    if tree and tree != worktree.trees.hash("base"):
        trees = worktree.trees
        for path in trees.entries("base").keys() - trees.listed(tree).keys():
            remove_file(worktree.path, path)
        check_out(worktree.trees.git_dir, tree, worktree.path, worktree.index)
    return worktree
