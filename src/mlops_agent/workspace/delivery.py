"""Handing a run's change over: a branch, a patch file, or the working tree; and taking it back.

Nothing is delivered but on the operator's word. Each way refuses what would lose somebody's work:
a branch that exists, a file that differs from the base. Undo takes back only what is still as the
run left it.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from mlops_agent.errors import BadInputError
from mlops_agent.workspace.applying import put_trees_content
from mlops_agent.workspace.delivered import (
    Delivered,
    forget_delivered,
    read_delivered,
    write_delivered,
)
from mlops_agent.workspace.host_git import GitError, git, users_git
from mlops_agent.workspace.lock import hold_repository
from mlops_agent.workspace.owner import owner_of
from mlops_agent.workspace.repository import Repository, open_repository
from mlops_agent.workspace.snapshot import PATCH, Trees, copy_objects

_OURS = "mlops-agent"
_TRAILER = "Mlops-Agent-Run"


@dataclass(frozen=True, slots=True)
class Undone:
    """What undo took back; an empty branch and no files when there was nothing to take back."""

    branch: str
    files: tuple[str, ...]


def branch_reference(repository: Repository, name: str) -> str:
    """The reference of a new branch.

    Raises BadInputError for a name that git does not take or that a branch has already.
    """
    try:
        git(repository.git_dir, "check-ref-format", "--branch", name)
    except GitError as error:
        raise BadInputError(f"{name!r} is not a name for a branch") from error
    reference = f"refs/heads/{name}"
    if _points_at(repository, reference):
        raise BadInputError(f"the branch {name} exists already", "choose another name")
    return reference


def check_place(target: Path, what: str) -> None:
    """Raise BadInputError, naming `what`, where no such file can be written."""
    folder = target.parent
    if target.is_dir():
        raise BadInputError(f"{what} can't be written to {target}: it is a folder")
    if not folder.is_dir():
        raise BadInputError(
            f"{what} can't be written to {target}: there is no folder {folder}",
            "make it, or name another place",
        )
    if not os.access(target if target.exists() else folder, os.W_OK):
        raise BadInputError(f"{what} can't be written to {target}: Permission denied")


def deliver_branch(
    repository: Repository, run_folder: Path, name: str, base_commit: str, message: str
) -> str:
    """Make a branch with the change as one commit on top of the base, and return the commit id.

    The author is who git says the user is. The message gets a trailer that names the run; the
    working tree, the index and HEAD stay as they are. Raises BadInputError for a name that git
    does not take or that a branch has already.
    """
    trees = Trees.open(run_folder)
    reference = branch_reference(repository, name)
    user = owner_of(repository.common_dir)
    copy_objects(
        trees.git_dir, repository.common_dir, trees.hash("proposed"), f"^{trees.hash('base')}",
        user=user,
    )  # fmt: skip
    body = f"{message.strip()}\n\n{_TRAILER}: {run_folder.name}\n"
    commit = git(
        repository.git_dir, "commit-tree", trees.hash("proposed"), "-p", base_commit,
        stdin=body.encode(), environment=_identity(repository.root), user=user,
    ).decode().strip()  # fmt: skip
    delivered = read_delivered(run_folder) or Delivered(repository=str(repository.root))
    write_delivered(run_folder, delivered.model_copy(update={"branch": name, "commit": commit}))
    try:
        # The empty old value makes git refuse a branch that came into being meanwhile.
        git(repository.git_dir, "update-ref", reference, commit, "0" * len(commit), user=user)
    except GitError as error:
        write_delivered(run_folder, delivered)
        raise BadInputError(f"the branch {name} can't be made: {error}") from error
    return commit


def deliver_patch(run_folder: Path, target: Path) -> None:
    """Copy the run's patch to a file; raises BadInputError where it can't be written."""
    try:
        shutil.copyfile(run_folder / PATCH, target)
    except OSError as error:
        raise BadInputError(f"the patch can't be written to {target}: {error.strerror}") from error


def deliver_to_working_tree(repository: Repository, run_folder: Path) -> tuple[str, ...]:
    """Put the change into the user's working tree and return the changed paths.

    All of it or nothing. The index is not touched. Raises BadInputError naming the files that are
    not as they are in the base.
    """
    trees = Trees.open(run_folder)
    delivered = read_delivered(run_folder) or Delivered(repository=str(repository.root))
    marked = delivered.model_copy(update={"applied": True})
    # Recorded first: after a crash half-way, undo finds each file as it was before or after.
    return put_trees_content(
        repository.root,
        trees,
        before="base",
        after="proposed",
        scratch=repository.git_dir,
        begin=lambda: write_delivered(run_folder, marked),
    )


def undo(run_folder: Path) -> Undone:
    """Take back what the run left in the user's repository.

    A branch is deleted only while it points at the run's commit and is checked out nowhere; files
    are put back only while they are as the run left them. Raises BadInputError, and changes
    nothing, when something is no longer so; RepositoryBusyError while a run is at work there.
    """
    delivered = read_delivered(run_folder)
    if delivered is None:
        return Undone("", ())
    repository = open_repository(Path(delivered.repository))
    with hold_repository(repository.common_dir, run_folder.name):
        return _take_back(repository, run_folder, delivered)


def _take_back(repository: Repository, run_folder: Path, delivered: Delivered) -> Undone:
    if delivered.branch:
        _check_branch_is_ours(repository, delivered)
    files: tuple[str, ...] = ()
    if delivered.applied:
        files = put_trees_content(
            repository.root,
            Trees.open(run_folder),
            before="proposed",
            after="base",
            scratch=repository.git_dir,
        )
    branch = _delete_branch(repository, delivered) if delivered.branch else ""
    forget_delivered(run_folder)
    return Undone(branch, files)


def _points_at(repository: Repository, reference: str) -> str:
    listed = git(repository.git_dir, "for-each-ref", "--format=%(objectname) %(refname)", reference)
    for line in listed.decode(errors="replace").splitlines():
        commit, _, name = line.partition(" ")
        if name == reference:
            return commit
    return ""


def _check_branch_is_ours(repository: Repository, delivered: Delivered) -> None:
    points_at = _points_at(repository, f"refs/heads/{delivered.branch}")
    if points_at not in ("", delivered.commit):
        raise BadInputError(
            f"the branch {delivered.branch} has moved on since the run",
            f"delete it yourself if you mean it: git branch -D {delivered.branch}",
        )
    worktrees = git(repository.git_dir, "worktree", "list", "--porcelain").decode(errors="replace")
    if f"branch refs/heads/{delivered.branch}" in worktrees.splitlines():
        raise BadInputError(
            f"the branch {delivered.branch} is checked out", "switch to another branch first"
        )


def _delete_branch(repository: Repository, delivered: Delivered) -> str:
    reference = f"refs/heads/{delivered.branch}"
    if not _points_at(repository, reference):
        return ""
    user = owner_of(repository.common_dir)
    git(repository.git_dir, "update-ref", "-d", reference, delivered.commit, user=user)
    return delivered.branch


def _identity(root: Path) -> dict[str, str]:
    name = _configured(root, "user.name") or _OURS
    email = _configured(root, "user.email") or f"{_OURS}@localhost"
    return {
        "GIT_AUTHOR_NAME": name,
        "GIT_AUTHOR_EMAIL": email,
        "GIT_COMMITTER_NAME": name,
        "GIT_COMMITTER_EMAIL": email,
    }


def _configured(root: Path, key: str) -> str:
    return users_git(root, "config", "--get", key).stdout.decode(errors="replace").strip()
