"""A sandbox that is opened once for a module, and a worktree to run commands in."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mlops_agent.sandbox.confine import Sandbox


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return Sandbox.open()


@pytest.fixture
def worktree(tmp_path: Path) -> Path:
    root, linked = tmp_path / "repo", tmp_path / "run" / "worktree"
    for argv in (
        ["init", "-q", str(root)],
        ["-C", str(root), "commit", "-q", "--allow-empty", "-m", "first"],
        ["-C", str(root), "worktree", "add", "-q", "--detach", str(linked)],
    ):
        subprocess.run(["git", "-c", "user.name=u", "-c", "user.email=u@e", *argv], check=True)
    return linked
