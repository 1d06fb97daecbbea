"""trees.git: both trees, whole and without the user's repository."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from users_repository import UsersRepository

from mlops_agent.errors import BadInputError
from mlops_agent.workspace.host_git import GitError
from mlops_agent.workspace.snapshot import PATCH, Trees, write_trees
from mlops_agent.workspace.worktree import Worktree


@pytest.fixture
def written(user: UsersRepository, run_folder: Path) -> Path:
    user.commit(
        {".gitattributes": "secret.txt export-ignore\n", "secret.txt": "kept\n", "b": b"\0\1"}
    )
    worktree = Worktree.create(user.root, "", run_folder)
    worktree.write("train.py", b"print('train')\nprint('more')\n")
    worktree.write("b", b"\0\2")
    worktree.write("new name", b"new\n")
    worktree.delete("data/a.csv")
    write_trees(run_folder, worktree)
    worktree.remove()
    return run_folder


def test_the_trees_outlive_the_users_repository(written: Path, user: UsersRepository) -> None:
    shutil.rmtree(user.root)
    trees = Trees.open(written)
    assert trees.read("base", "train.py") == b"print('train')\n"
    assert trees.read("proposed", "new name") == b"new\n"
    assert trees.read("base", "new name") is None
    assert trees.read("proposed", "data/a.csv") is None
    assert trees.paths("base") == (".gitattributes", "b", "data/a.csv", "secret.txt", "train.py")
    diff = trees.diff()
    assert diff.files == ("b", "data/a.csv", "new name", "train.py")
    assert (diff.added, diff.removed) == (2, 2)
    assert [change.path for change in diff.changes if change.binary] == ["b"]
    whole = subprocess.run(
        ["git", "fsck", "--full"], cwd=trees.git_dir, check=True, capture_output=True
    )
    assert b"missing" not in whole.stdout + whole.stderr


def test_many_files_are_read_as_each_is(written: Path) -> None:
    trees = Trees.open(written)
    for tree in ("base", "proposed"):
        paths = ["nowhere", *reversed(trees.paths(tree))]
        each = {path: trees.read(tree, path) for path in paths[1:]}
        assert trees.read_all(tree, paths) == each
    assert trees.read_all("base", []) == {}


def test_an_object_that_is_not_there_is_an_error_for_many_as_for_one(written: Path) -> None:
    trees = Trees.open(written)
    gone = replace(trees.entries("base")["secret.txt"], object_id="0" * 40)
    trees.entries("base")["secret.txt"] = gone
    for read in (lambda: trees.read("base", "secret.txt"),
                 lambda: trees.read_all("base", ["secret.txt"])):  # fmt: skip
        with pytest.raises(GitError):
            read()


def test_a_checkout_is_the_tree(written: Path, tmp_path: Path) -> None:
    trees = Trees.open(written)
    trees.checkout("proposed", tmp_path / "out")
    found = {str(path.relative_to(tmp_path / "out")): path.read_bytes()
             for path in (tmp_path / "out").rglob("*") if path.is_file()}  # fmt: skip
    assert found == {path: trees.read("proposed", path) for path in trees.paths("proposed")}
    assert "secret.txt" in found


def test_the_patch_takes_the_base_to_the_proposal(written: Path, user: UsersRepository) -> None:
    user.git("apply", "--index", str(written / PATCH))
    assert user.git("write-tree") == Trees.open(written).hash("proposed")


def test_the_proposal_is_a_child_of_a_parentless_base(written: Path) -> None:
    trees = Trees.open(written)
    show = ["git", f"--git-dir={trees.git_dir}", "log", "--format=%H %P", "proposed"]
    lines = subprocess.run(show, check=True, capture_output=True, text=True).stdout.split("\n")
    assert lines[0] == f"{trees.commit('proposed')} {trees.commit('base')}"
    assert lines[1].strip() == trees.commit("base")


def test_writing_twice_gives_the_same_commit_and_a_new_one_replaces_it(
    user: UsersRepository, run_folder: Path
) -> None:
    worktree = Worktree.create(user.root, "", run_folder)
    worktree.write("train.py", b"one")
    first = write_trees(run_folder, worktree)
    assert write_trees(run_folder, worktree) == first
    trees = Trees.open(run_folder)
    assert trees.read("proposed", "train.py") == b"one"
    worktree.write("train.py", b"two")
    assert write_trees(run_folder, worktree).tree != first.tree
    assert trees.read("proposed", "train.py") == b"two"


def test_what_is_not_there_is_one_line(user: UsersRepository, run_folder: Path) -> None:
    with pytest.raises(BadInputError, match="holds no trees"):
        Trees.open(run_folder)
    worktree = Worktree.create(user.root, "", run_folder)
    assert not worktree.trees.has("proposed")
    with pytest.raises(BadInputError, match="has no refs/heads/proposed"):
        worktree.trees.read("proposed", "train.py")
    user.commit({"train.py": "later"})
    with pytest.raises(BadInputError, match="another base"):
        Worktree.create(user.root, "HEAD", run_folder)
