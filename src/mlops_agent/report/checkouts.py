"""A fresh checkout of one of a run's trees, as the run itself had it: a repository at the base.

HEAD and index are the base's, the files are those of the tree that is asked for, so that `git diff`
and `git status` answer as they did in the run. It is made from trees.git alone.
"""

from __future__ import annotations

import re
from pathlib import Path

from mlops_agent.workspace.files import remove_file
from mlops_agent.workspace.host_git import GitError, git
from mlops_agent.workspace.own_refs import object_format
from mlops_agent.workspace.snapshot import Tree, Trees, check_out, copy_objects

_TREE_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def is_kept(trees: Trees, tree_id: str) -> bool:
    """Whether this id is of a tree that lies in the run's trees.git with all its files."""
    if not _TREE_ID.fullmatch(tree_id):
        return False
    try:
        git(trees.git_dir, "rev-list", "--objects", "--quiet", tree_id)
        return git(trees.git_dir, "cat-file", "-t", tree_id).strip() == b"tree"
    except GitError:
        return False


def check_out_tree(trees: Trees, tree: Tree | str, folder: Path) -> None:
    """Fill a folder, which must be new or empty, with a repository that holds this tree.

    `tree` is one of the run's two by name, or any tree of trees.git by id.
    """
    git_dir = folder / ".git"
    git_dir.mkdir(parents=True)
    base = trees.commit("base")
    git(
        git_dir, "init", "--quiet", "--template=", f"--object-format={object_format(base)}",
        work_tree=folder,
    )  # fmt: skip
    copy_objects(trees.git_dir, git_dir, base)
    git(git_dir, "update-ref", "--no-deref", "HEAD", base)
    check_out(trees.git_dir, trees.hash("base"), folder, git_dir / "index")
    if tree != "base":
        _change_to(trees, trees.hash("proposed") if tree == "proposed" else tree, folder)


def _change_to(trees: Trees, tree_id: str, folder: Path) -> None:
    """Bring the files, not the index, from the base to another tree."""
    for path in trees.entries("base").keys() - trees.listed(tree_id).keys():
        remove_file(folder, path)
    index = folder / ".git" / "changed.index"
    check_out(trees.git_dir, tree_id, folder, index)
    index.unlink()
