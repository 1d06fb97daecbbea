"""Runs that never begin: nothing of them stays, in the repository or among the runs."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from engine_lab import ASK, command, git

from mlops_agent.errors import BadInputError
from mlops_agent.workspace.worktree import Worktree

pytestmark = pytest.mark.sandbox


def runs(state: Path) -> list[Path]:
    return list(state.rglob("runs/*"))


def test_a_path_that_is_not_utf8_is_refused_before_anything_is_made(
    repo: Path, state: Path, tmp_path: Path
) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/by\xffte"))
    repo.rename(odd)
    done = command("run", ASK, "--repo", str(odd), state=state)
    assert done.returncode == 2
    assert r"by\xffte is not UTF-8" in done.stderr
    assert not (odd / ".git" / "worktrees").exists()
    assert runs(state) == []


def test_a_base_that_cannot_be_checked_out_leaves_no_worktree(repo: Path, state: Path) -> None:
    blob = git(repo, "rev-parse", "HEAD:src/train.py").strip()
    (repo / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    done = command("run", ASK, "--repo", str(repo), state=state)
    assert done.returncode == 2, done.stderr
    assert not (repo / ".git" / "worktrees").exists()
    assert runs(state) == []


def test_a_worktree_that_fails_half_way_is_taken_away(repo: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    # What stands where the run's own index goes makes the checkout fail, after git's registration.
    (folder / "worktree.index").mkdir()
    with pytest.raises(BadInputError):
        Worktree.create(repo, "", folder)
    assert not (repo / ".git" / "worktrees").exists()
    assert not (folder / "worktree").exists()


def test_worktrees_of_the_user_at_odd_places_are_no_trouble(
    repo: Path, state: Path, tmp_path: Path
) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/by\xffte"))
    git(repo, "worktree", "add", "-q", str(odd))
    shutil.rmtree(odd)
    done = command("run", ASK, "--repo", str(repo), state=state)
    assert done.returncode in (0, 5), done.stderr
    assert [one.name for one in (repo / ".git" / "worktrees").iterdir()] == [odd.name]


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
@pytest.mark.fault("F21")
def test_a_signal_ends_the_run_in_order(repo: Path, state: Path, number: signal.Signals) -> None:
    argv = [sys.executable, "-m", "mlops_agent.cli.main", "run", ASK, "--repo", str(repo)]
    environment = {**os.environ, "XDG_STATE_HOME": str(state)}
    with subprocess.Popen(
        argv, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        assert run.stderr is not None
        assert run.stderr.readline().startswith("run 2")
        run.send_signal(number)
        said = run.stderr.read()
    assert run.returncode == 130
    assert "go on: mlops-agent resume" in said
    assert not (repo / ".git" / "worktrees").exists()
