"""A folder of plain files as a git repository, with the same commit each time and everywhere."""

from __future__ import annotations

import shutil
from pathlib import Path

from mlops_agent.errors import BadInputError
from mlops_agent.workspace.host_git import git
from mlops_agent.workspace.snapshot import commit_tree

BRANCH = "main"
_MESSAGE = "The repository as it is\n"
_SECONDS = "1767225600"
"""The first second of 2026 (UTC): author, dates and message are fixed, so files fix the commit."""


def commit_fixture(source: Path, folder: Path) -> str:
    """Copy a folder's files to a new one, commit them, and return the commit.

    What the folder's own ignore file names is left out, as it is when the project is cloned.
    Raises BadInputError for a source that is no folder, and when the target is there already.
    """
    if not source.is_dir():
        raise BadInputError(f"{source} is not a folder")
    if folder.exists():
        raise BadInputError(f"{folder} is there already")
    shutil.copytree(source, folder, symlinks=True, ignore=shutil.ignore_patterns(".git"))
    git_dir = folder / ".git"
    git_dir.mkdir()
    git(
        git_dir, "init", "--quiet", "--template=", f"--initial-branch={BRANCH}",
        "--object-format=sha1", work_tree=folder,
    )  # fmt: skip
    git(git_dir, "add", "--all", work_tree=folder)
    tree = git(git_dir, "write-tree").decode().strip()
    commit = commit_tree(git_dir, tree, _MESSAGE, _SECONDS)
    git(git_dir, "update-ref", f"refs/heads/{BRANCH}", commit)
    return commit
