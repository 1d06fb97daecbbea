"""Where root works on another user's repository, all that is delivered stays that user's."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest
from users_repository import UsersRepository

from mlops_agent.workspace.applying import put_trees_content
from mlops_agent.workspace.delivery import deliver_branch, deliver_to_working_tree, undo
from mlops_agent.workspace.repository import Repository, open_repository
from mlops_agent.workspace.snapshot import Trees, write_trees
from mlops_agent.workspace.worktree import Worktree

THEIRS = 1234
OTHER_DISK = Path("/dev/shm")

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can work for another user")


def propose(root: Path, run_folder: Path) -> Repository:
    worktree = Worktree.create(root, "", run_folder)
    worktree.write("train.py", b"print('changed')\n")
    worktree.write("new/folder/file.txt", b"new\n")
    worktree.delete("old.txt")
    (worktree.path / "link").symlink_to("train.py")
    write_trees(run_folder, worktree)
    assert not foreign(root)
    worktree.remove()
    return open_repository(root)


def foreign(root: Path) -> list[str]:
    """What below a folder is not its owner's."""
    owner = root.stat().st_uid
    return [str(path) for path in sorted(root.rglob("*")) if path.lstat().st_uid != owner]


@pytest.fixture
def theirs(user: UsersRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    user.commit({"old.txt": "old\n"}, "base")
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[safe]\n\tdirectory = *\n")
    monkeypatch.setenv("HOME", str(home))
    (user.root / "train.py").chmod(0o660)
    for path in (user.root, *user.root.rglob("*")):
        os.chown(path, THEIRS, THEIRS, follow_symlinks=False)
    return user.root


@pytest.fixture
def reachable(theirs: Path) -> Generator[Path]:
    """As they could come to it by this path: folders of tests are their owner's alone."""
    closed = [path for path in theirs.parents if not path.stat().st_mode & 0o001]
    modes = {path: path.stat().st_mode & 0o777 for path in closed}
    for path, mode in modes.items():
        path.chmod(mode | 0o001)
    yield theirs
    for path, mode in modes.items():
        path.chmod(mode)


@as_root
def test_files_stay_the_users_and_come_back_as_the_users(theirs: Path, run_folder: Path) -> None:
    repository = propose(theirs, run_folder)
    deliver_to_working_tree(repository, run_folder)
    assert (theirs / "train.py").read_text() == "print('changed')\n"
    assert (theirs / "train.py").stat().st_mode & 0o777 == 0o660
    assert (theirs / "new" / "folder" / "file.txt").exists()
    assert not foreign(theirs)
    undo(run_folder)
    assert (theirs / "old.txt").exists()
    assert (theirs / "train.py").stat().st_mode & 0o777 == 0o660
    assert not foreign(theirs)


@as_root
def test_a_branch_leaves_a_git_folder_that_its_owner_can_write_to(
    reachable: Path, run_folder: Path
) -> None:
    repository = propose(reachable, run_folder)
    deliver_branch(repository, run_folder, "fix/pin", repository.head, "Pin the data")
    assert not foreign(reachable)
    written = subprocess.run(
        ["git", "hash-object", "-w", "--stdin"], cwd=reachable, input=b"x", check=False,
        user=THEIRS, group=THEIRS, extra_groups=[], capture_output=True,
    )  # fmt: skip
    assert written.returncode == 0, written.stderr
    assert undo(run_folder).branch == "fix/pin"
    assert not foreign(reachable)


def test_new_files_have_the_permissions_that_git_would_give(
    user: UsersRepository, run_folder: Path
) -> None:
    user.commit({"old.txt": "old\n"}, "base")
    repository = propose(user.root, run_folder)
    before = os.umask(0o027)
    try:
        deliver_to_working_tree(repository, run_folder)
    finally:
        os.umask(before)
    assert (user.root / "new" / "folder" / "file.txt").stat().st_mode & 0o777 == 0o640
    assert (user.root / "new").stat().st_mode & 0o777 == 0o750


@pytest.mark.skipif(not OTHER_DISK.is_dir(), reason="there is no second file system to try")
def test_a_git_folder_on_another_file_system_is_no_hindrance(
    user: UsersRepository, run_folder: Path
) -> None:
    if OTHER_DISK.stat().st_dev == user.root.stat().st_dev:
        pytest.skip("the second file system is the first one")
    user.commit({"old.txt": "old\n"}, "base")
    propose(user.root, run_folder)
    # As a process that was killed leaves it, and one of the user's own.
    left, kept = user.root / f".mlops-agent-{'0' * 16}.tmp", user.root / ".mlops-agent.tmp"
    left.touch()
    kept.touch()
    trees = Trees.open(run_folder)
    put_trees_content(
        user.root, trees, before="base", after="proposed", scratch=OTHER_DISK
    )  # fmt: skip
    assert (user.root / "train.py").read_text() == "print('changed')\n"
    assert (user.root / "link").is_symlink()
    assert [path.name for path in user.root.glob(".mlops*")] == [kept.name]
