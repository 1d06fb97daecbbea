"""The user's repository: found, checked, and asked; never written to here.

Every input that can't be worked on is one clear line. Owns the discovery and what is known of the
repository before a run; the worktree, the delivery and the lock build on it.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from mlops_agent.errors import BadInputError, NotARepositoryError
from mlops_agent.workspace.host_git import (
    REFETCH_HINT,
    GitError,
    complaint,
    git,
    split_z,
    users_git,
)
from mlops_agent.workspace.names import shown

_FILTER = re.compile(r"filter\.(.+)\.(?:clean|smudge|process|required)", re.IGNORECASE | re.DOTALL)
_GITLINK = b"160000"


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository with a working tree and at least one commit.

    `git_dir` is the folder of this working tree, `common_dir` the one it shares with its linked
    worktrees. `branch` is empty on a detached HEAD. `submodules` are paths at HEAD; they are not
    entered. `filters` are the content filters of its config, which are never run.
    """

    root: Path
    git_dir: Path
    common_dir: Path
    head: str
    branch: str
    shallow: bool
    object_format: str
    submodules: tuple[str, ...]
    filters: tuple[str, ...]

    def resolve(self, commitish: str) -> str:
        """Return the commit id of a name such as HEAD~1, a tag or a branch.

        Raises BadInputError when there is no such commit.
        """
        name = commitish or "HEAD"
        try:
            found = git(
                self.git_dir, "rev-parse", "--verify", "--quiet", "--end-of-options",
                f"{name}^{{commit}}",
            )  # fmt: skip
        except BadInputError as error:
            raise BadInputError(
                f"{name!r} is not a commit of {self.root}", "name a commit, a branch or a tag"
            ) from error
        return found.decode().strip()

    def left_out(self) -> tuple[str, ...]:
        """Paths with uncommitted work (changed, staged or untracked), which a run leaves out."""
        output = git(
            self.git_dir,
            *_excludes(self.root),
            "status", "--porcelain=v1", "-z", "--no-renames", "--ignore-submodules=all",
            work_tree=self.root,
            filters=self.filters,
        )  # fmt: skip
        return tuple(sorted(shown(entry[3:]) for entry in split_z(output)))


def open_repository(path: Path) -> Repository:
    """Find the repository that holds this folder.

    Linked worktrees, shallow clones, a detached HEAD and submodules are fine. Raises
    NotARepositoryError or BadInputError, one line each, for a path that is no folder, a folder
    outside any repository, a bare repository, one without commits or owned by somebody else.
    """
    folder = _folder(path)
    _check_git_accepts(folder)
    root, git_dir, common_dir = _discover(folder)
    head = _head(root, git_dir)
    return Repository(
        root=root,
        git_dir=git_dir,
        common_dir=common_dir,
        head=head,
        branch=_ask(root, "symbolic-ref", "--quiet", "--short", "HEAD"),
        shallow=(common_dir / "shallow").is_file(),
        object_format=_ask(root, "rev-parse", "--show-object-format") or "sha1",
        submodules=_submodules(git_dir, head),
        filters=_filters(root),
    )


def _folder(path: Path) -> Path:
    if shutil.which("git") is None:
        raise BadInputError("git is not installed", "install git 2.35 or later")
    if not path.exists():
        raise BadInputError(f"{path} does not exist", "give the folder of a git repository")
    if not path.is_dir():
        raise BadInputError(f"{path} is not a folder", "give the folder of a git repository")
    return path.resolve()


def _check_git_accepts(folder: Path) -> None:
    asked = users_git(folder, "rev-parse", "--is-bare-repository")
    said = asked.stderr.decode(errors="replace")
    if "dubious ownership" in said:
        raise NotARepositoryError(
            f"{folder} belongs to another user, so git refuses it",
            f"if you trust it: git config --global --add safe.directory {folder}",
        )
    if "not a git repository" in said:
        raise NotARepositoryError(
            f"{folder} is not inside a git repository",
            "name one with --repo, or make one: git init && git add -A && git commit",
        )
    if asked.returncode != 0:
        raise NotARepositoryError(f"git can't read {folder}: {complaint(asked.stderr)}")


def _discover(folder: Path) -> tuple[Path, Path, Path]:
    from git import InvalidGitRepositoryError, Repo

    try:
        with Repo(folder, search_parent_directories=True) as found:
            if found.bare or found.working_tree_dir is None:
                raise NotARepositoryError(
                    f"{folder} is a bare repository, with no files to work on",
                    "clone it and give the clone",
                )
            return (
                Path(found.working_tree_dir).resolve(),
                Path(found.git_dir).resolve(),
                Path(found.common_dir).resolve(),
            )
    except InvalidGitRepositoryError as error:
        raise NotARepositoryError(f"{folder} is not a git repository: {error}") from error


def _head(root: Path, git_dir: Path) -> str:
    try:
        return git(git_dir, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").decode().strip()
    except BadInputError as error:
        raise NotARepositoryError(
            f"{root} has no commits yet", "commit first: a run starts from a commit"
        ) from error


def _ask(root: Path, *arguments: str) -> str:
    return users_git(root, *arguments).stdout.decode(errors="replace").strip()


def _submodules(git_dir: Path, head: str) -> tuple[str, ...]:
    try:
        entries = git(git_dir, "ls-tree", "-r", "-z", "--full-tree", head).split(b"\0")
    except GitError as error:
        raise BadInputError(
            f"git can't read the commit {head[:12]}: {error}", REFETCH_HINT
        ) from error
    links = [entry for entry in entries if entry.startswith(_GITLINK)]
    return tuple(shown(path) for link in links for path in split_z(link.split(b"\t", 1)[1]))


def _filters(root: Path) -> tuple[str, ...]:
    # By NUL and by byte: a name that was split or mended here would leave its filter switched on.
    listed = users_git(
        root, "config", "-z", "--includes", "--name-only", "--get-regexp", r"^filter\."
    )
    matches = (_FILTER.fullmatch(name) for name in split_z(listed.stdout))
    return tuple(sorted({match.group(1) for match in matches if match}))


def _excludes(root: Path) -> tuple[str, ...]:
    # The user's own ignore file is data: without it their editor's folders read as left-out work.
    file = _ask(root, "config", "--type=path", "--get", "core.excludesFile")
    return ("-c", f"core.excludesFile={file}") if file else ()
