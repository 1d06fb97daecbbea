"""Delivery: branch, patch, working tree; all of it or nothing, and back again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from users_repository import UsersRepository

from mlops_agent.errors import BadInputError
from mlops_agent.workspace.delivery import (
    Undone,
    deliver_branch,
    deliver_patch,
    deliver_to_working_tree,
    undo,
)
from mlops_agent.workspace.repository import Repository, open_repository
from mlops_agent.workspace.snapshot import Trees, write_trees
from mlops_agent.workspace.worktree import Worktree


@pytest.fixture
def proposed(user: UsersRepository, run_folder: Path) -> Repository:
    user.commit({"run.sh": "#!/bin/sh\n", "old.txt": "old\n"}, "base")
    user.git("config", "user.name", "Configured User")
    user.git("config", "user.email", "configured@example.org")
    worktree = Worktree.create(user.root, "", run_folder)
    worktree.write("train.py", b"print('changed')\n")
    worktree.write("new/folder/file.txt", b"new\n")
    worktree.delete("old.txt")
    (worktree.path / "run.sh").chmod(0o755)
    (worktree.path / "link").symlink_to("train.py")
    write_trees(run_folder, worktree)
    worktree.remove()
    return open_repository(user.root)


CHANGED = ("link", "new/folder/file.txt", "old.txt", "run.sh", "train.py")


def branch(repository: Repository, run_folder: Path, name: str = "fix/pin") -> str:
    return deliver_branch(repository, run_folder, name, repository.head, "Pin the data")


def test_a_branch_is_one_commit_on_the_base_and_touches_nothing_else(
    user: UsersRepository, run_folder: Path, proposed: Repository
) -> None:
    (user.root / "train.py").write_text("dirty")
    before = user.state()
    commit = branch(proposed, run_folder)
    assert user.git("rev-parse", "fix/pin") == commit
    assert user.git("rev-parse", "fix/pin^") == proposed.head
    assert user.git("rev-parse", "fix/pin^{tree}") == Trees.open(run_folder).hash("proposed")
    assert user.git("log", "-1", "--format=%an <%ae>|%s|%(trailers:key=Mlops-Agent-Run,valueonly)",
                    "fix/pin") == (
        f"Configured User <configured@example.org>|Pin the data|{run_folder.name}"
    )  # fmt: skip
    during = user.state()
    assert {name for name in during if before.get(name) != during[name]} <= {
        ".git/refs/heads/fix/", ".git/refs/heads/fix/pin",
        ".git/logs/refs/heads/fix/", ".git/logs/refs/heads/fix/pin",
    }  # fmt: skip
    assert user.git("fsck", "--no-dangling") == ""
    assert undo(run_folder) == Undone("fix/pin", ())
    assert user.git("for-each-ref", "--format=%(refname)") == "refs/heads/main"
    assert (user.root / "train.py").read_text() == "dirty"
    assert undo(run_folder) == Undone("", ())


@pytest.mark.parametrize("name", ["main", "main/below", "-x", "a..b", "", "with space", "HEAD~1"])
def test_branch_names_that_are_taken_or_bad_are_refused(
    user: UsersRepository, run_folder: Path, proposed: Repository, name: str
) -> None:
    before = user.git("for-each-ref")
    with pytest.raises(BadInputError):
        branch(proposed, run_folder, name)
    assert user.git("for-each-ref") == before
    assert undo(run_folder) == Undone("", ())


def test_a_branch_that_moved_or_is_in_use_is_not_deleted(
    user: UsersRepository, run_folder: Path, proposed: Repository
) -> None:
    branch(proposed, run_folder)
    user.git("switch", "-q", "fix/pin")
    with pytest.raises(BadInputError, match="checked out"):
        undo(run_folder)
    user.commit({"mine.txt": "work on top"})
    user.git("switch", "-q", "main")
    with pytest.raises(BadInputError, match="moved on"):
        undo(run_folder)
    assert user.git("show", "fix/pin:mine.txt") == "work on top"


def test_the_working_tree_gets_all_of_it_and_gives_it_back(
    user: UsersRepository, run_folder: Path, proposed: Repository
) -> None:
    (user.root / "unrelated").write_text("dirty, but not in the way")
    (user.root / "train.py").chmod(0o640)
    before = user.state()
    assert deliver_to_working_tree(proposed, run_folder) == CHANGED
    assert (user.root / "train.py").read_text() == "print('changed')\n"
    assert (user.root / "train.py").stat().st_mode & 0o777 == 0o640
    assert os.access(user.root / "run.sh", os.X_OK)
    assert (user.root / "link").readlink() == Path("train.py")
    assert not (user.root / "old.txt").exists()
    during = user.state()
    assert {k: v for k, v in during.items() if k.startswith(".git")} == {
        k: v for k, v in before.items() if k.startswith(".git")
    }
    assert undo(run_folder) == Undone("", CHANGED)
    assert user.state() == before


@pytest.mark.parametrize(
    ("path", "content"),
    [("train.py", "mine"), ("new/folder/file.txt", "mine"), ("old.txt", "mine"), ("link", "mine")],
)
def test_a_file_that_differs_is_named_and_nothing_is_changed(
    user: UsersRepository, run_folder: Path, proposed: Repository, path: str, content: str
) -> None:
    (user.root / path).parent.mkdir(parents=True, exist_ok=True)
    (user.root / path).write_text(content)
    before = user.state()
    with pytest.raises(BadInputError, match=path):
        deliver_to_working_tree(proposed, run_folder)
    assert user.state() == before
    assert undo(run_folder) == Undone("", ())


def test_a_failure_half_way_is_rolled_back(
    user: UsersRepository, run_folder: Path, proposed: Repository
) -> None:
    # "new" is a file, so "new/folder/file.txt" can't be made; "link" sorts before it and can.
    (user.root / "new").write_text("in the way")
    before = user.state()
    with pytest.raises(BadInputError, match=r"new/folder/file\.txt"):
        deliver_to_working_tree(proposed, run_folder)
    assert user.state() == before


def test_undo_refuses_when_a_file_was_worked_on_since(
    user: UsersRepository, run_folder: Path, proposed: Repository
) -> None:
    deliver_to_working_tree(proposed, run_folder)
    (user.root / "train.py").write_text("worked on since")
    before = user.state()
    with pytest.raises(BadInputError, match=r"train\.py"):
        undo(run_folder)
    assert user.state() == before


@pytest.mark.fault("F1")
def test_undo_after_a_crash_half_way_restores_everything(
    user: UsersRepository, run_folder: Path, proposed: Repository
) -> None:
    before = user.state()
    deliver_to_working_tree(proposed, run_folder)
    # As if the process had died with only some files changed.
    (user.root / "train.py").write_text("print('train')\n")
    (user.root / "old.txt").write_text("old\n")
    undo(run_folder)
    assert user.state() == before


def test_branch_and_working_tree_together_are_undone_or_neither(
    user: UsersRepository, run_folder: Path, proposed: Repository
) -> None:
    branch(proposed, run_folder)
    deliver_to_working_tree(proposed, run_folder)
    (user.root / "train.py").write_text("worked on since")
    with pytest.raises(BadInputError):
        undo(run_folder)
    assert user.git("rev-parse", "--verify", "fix/pin")
    (user.root / "train.py").write_text("print('changed')\n")
    assert undo(run_folder) == Undone("fix/pin", CHANGED)


def test_a_patch_goes_where_it_is_asked(
    run_folder: Path, proposed: Repository, tmp_path: Path
) -> None:
    deliver_patch(run_folder, tmp_path / "out.patch")
    assert b"print('changed')" in (tmp_path / "out.patch").read_bytes()
    with pytest.raises(BadInputError, match="can't be written"):
        deliver_patch(run_folder, tmp_path / "no" / "such" / "folder.patch")
