"""A fresh checkout of one of a run's trees, as the run itself had it: a repository at the base.

HEAD and index are the base's, the files are those of the tree that is asked for, so that `git diff`
and `git status` answer as they did in the run. It is made from trees.git alone.
"""

from __future__ import annotations

from pathlib import Path

from mlops_agent.workspace.host_git import git
from mlops_agent.workspace.snapshot import Tree, Trees, check_out, copy_objects


def check_out_tree(trees: Trees, tree: Tree, folder: Path) -> None:
    """Fill a folder, which must be new or empty, with a repository that holds this tree."""
    git_dir = folder / ".git"
    git_dir.mkdir(parents=True)
    kind = git(trees.git_dir, "rev-parse", "--show-object-format").decode().strip()
    git(
        git_dir, "init", "--quiet", "--template=", f"--object-format={kind}", work_tree=folder
    )  # fmt: skip
    base = trees.commit("base")
    copy_objects(trees.git_dir, git_dir, base)
    git(git_dir, "update-ref", "--no-deref", "HEAD", base)
    check_out(trees.git_dir, trees.hash("base"), folder, git_dir / "index")
    if tree == "proposed":
        for path in set(trees.paths("base")).difference(trees.paths("proposed")):
            (folder / path).unlink()
        trees.checkout("proposed", folder)
