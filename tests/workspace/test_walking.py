"""Going through folders, however deep they are nested: never a crash, never through a link."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from mlops_agent.unblocked import HeldUpError, run_unblocked
from mlops_agent.walking import entries_below
from mlops_agent.workspace.removing import remove_tree

DEEPER_THAN_PYTHON = sys.getrecursionlimit() + 200
DEEPER_THAN_A_PATH = 2500


def nest(root: Path, levels: int) -> int:
    """Nest folders named d, and return a descriptor of the last one."""
    folder = os.open(root, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("d", dir_fd=folder)
        following = os.open("d", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = following
    return folder


@pytest.fixture
def tree(tmp_path: Path) -> Generator[Path]:
    root = tmp_path / "tree"
    root.mkdir()
    yield root
    remove_tree(root)


def test_entries_come_sorted_with_what_lies_in_a_folder_before_its_folders(tree: Path) -> None:
    for name in ("b/two", "b/deeper/three", "a", "z", "c/four", ".git/HEAD"):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text("")
    (tree / "link").symlink_to("b")
    found = list(entries_below(tree, skipped=(".git",)))
    assert [path for path, _ in found] == [
        "a", "link", "z", "b/two", "b/deeper/three", "c/four",
    ]  # fmt: skip
    assert [path for path, mode in found if stat.S_ISLNK(mode)] == ["link"]


@pytest.mark.fault("F17")
def test_a_pipe_is_found_below_more_folders_than_python_can_follow(tree: Path) -> None:
    bottom = nest(tree, DEEPER_THAN_PYTHON)
    os.mkfifo(".gitignore", dir_fd=bottom)
    os.close(bottom)
    with pytest.raises(HeldUpError, match=r"git waits for d/.*/\.gitignore") as held:
        run_unblocked(["sleep", "60"], tree=tree, cwd=None, env=dict(os.environ), seconds=30)
    assert held.value.paths == ("d/" * DEEPER_THAN_PYTHON + ".gitignore",)


def test_what_no_path_can_name_is_passed_by(tree: Path) -> None:
    bottom = nest(tree, DEEPER_THAN_A_PATH)
    os.mkfifo(".gitignore", dir_fd=bottom)
    os.close(bottom)
    (tree / "e").write_text("")
    assert [path for path, _ in entries_below(tree)] == ["e"]
