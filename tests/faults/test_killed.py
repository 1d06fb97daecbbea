"""F1, F2, F7, F19, F23: killed in each phase of an edit, and what a new process makes of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from engine_lab import (
    ASK,
    WORKFLOW,
    Scripted,
    call,
    git,
    make_repository,
    patch_of,
    run_scripted,
    turn,
)
from killing import log_of, run_and_die

from mlops_agent.contracts.report import RunResult
from mlops_agent.contracts.request import Request
from mlops_agent.drivers.base import Exchange, Turn
from mlops_agent.engine.options import Delivery, RunOptions
from mlops_agent.engine.running import resume_run, run_request
from mlops_agent.errors import SandboxUnavailableError
from mlops_agent.journal.runs import list_runs
from mlops_agent.report.rechecking import bears_out, check_run
from mlops_agent.workspace.delivery import undo

pytestmark = pytest.mark.sandbox


CHANGE = ["-        run: python src/evaluate.py || true", "+        run: python src/evaluate.py"]
"""What a run that nobody kills comes to."""


def change_of(result: RunResult) -> list[str]:
    lines = patch_of(result).splitlines()
    return [one for one in lines if one.startswith(("-", "+")) and one[:3] not in ("---", "+++")]


def in_scratch(folder: Path) -> bool:
    return any((folder / "scratch").glob("write-*"))


@pytest.mark.fault("F1", "F2", "F7")
def test_killed_with_the_temporary_file_written_the_run_comes_to_the_same_change(
    repo: Path,
) -> None:
    """The phases after it are in the engine's tests of resume."""
    options = RunOptions(driver="offline")
    folder = run_and_die(lambda: run_request(Request(text=ASK), repo, options), in_scratch)
    data = (folder / "worktree" / WORKFLOW).read_bytes()
    assert data == (repo / WORKFLOW).read_bytes(), "a file is whole or as it was"
    seen: list[bool] = []
    result = resume_run(folder.name, {}, options, lambda _: seen.append(in_scratch(folder)))
    assert not seen[0], "what the killed process left is swept away before anything else"
    assert result.verified, (result.why, result.problems)
    assert change_of(result) == CHANGE
    assert bears_out(check_run(folder))
    assert git(repo, "status", "--porcelain") == ""
    assert not (repo / ".git" / "worktrees").exists()


@pytest.mark.fault("F1", "F2")
def test_killed_while_it_applies_undo_puts_all_back_and_sweeps(repo: Path) -> None:
    options = RunOptions(driver="offline", delivery=Delivery(apply=True))
    before = git(repo, "ls-files", "-s")
    temporary = repo / ".git" / "mlops-agent.tmp"
    folder = run_and_die(
        lambda: run_request(Request(text=ASK), repo, options), lambda _: temporary.exists()
    )
    assert git(repo, "status", "--porcelain") == ""
    assert temporary.exists()
    undo(folder)
    assert (git(repo, "ls-files", "-s"), git(repo, "status", "--porcelain")) == (before, "")
    done = resume_run(folder.name, {}, options)
    assert done.verified, done.problems
    assert done.change is not None
    assert done.change.applied
    assert not temporary.exists()
    assert git(repo, "status", "--porcelain").split() == ["M", WORKFLOW]
    undo(folder)
    assert git(repo, "status", "--porcelain") == ""


@pytest.mark.fault("F19")
def test_a_git_pointer_swapped_before_resume_and_report_leads_nowhere(
    repo: Path, tmp_path: Path
) -> None:
    canary = tmp_path / "canary"
    other = make_repository(tmp_path / "other")
    git(other, "config", "core.fsmonitor", f"touch {canary}; false")
    options = RunOptions(driver="offline")
    folder = run_and_die(
        lambda: run_request(Request(text=ASK), repo, options),
        lambda folder: b'"file-edited"' in log_of(folder),
    )
    pointer = folder / "worktree" / ".git"
    shutil.copyfile(folder / "worktree" / WORKFLOW, other / WORKFLOW)
    pointer.write_text(f"gitdir: {other}/.git\n")
    before = sorted(path.name for path in (other / ".git").iterdir())
    result = resume_run(folder.name, {}, options)
    assert result.verified, (result.why, result.problems)
    assert change_of(result) == CHANGE
    assert not canary.exists()
    assert sorted(path.name for path in (other / ".git").iterdir()) == before
    assert not (repo / ".git" / "worktrees").exists()


@pytest.mark.fault("F23")
def test_a_sandbox_that_breaks_in_the_middle_stops_the_run_which_goes_on_later(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "bin"
    own.mkdir()
    found = shutil.which("bwrap")
    assert found is not None
    (own / "bwrap").write_text(f'#!/bin/sh\nexec {found} "$@"\n')
    (own / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{own}:{os.environ['PATH']}")

    def breaking(_history: Sequence[Exchange]) -> Turn:
        (own / "bwrap").write_text(
            "#!/bin/sh\necho 'setting up uid map: Permission denied'; exit 1\n"
        )
        return turn(call("c", "Bash", command="echo canary > canary"))

    driver = Scripted(turn(call("a", "Bash", command="echo x > kept")), breaking)
    with pytest.raises(SandboxUnavailableError) as caught:
        run_scripted(repo, driver)
    assert caught.value.exit_code == 7
    [run] = list_runs()
    assert run.outcome == "stopped"
    assert (run.folder / "report.json").is_file()
    patch = (run.folder / "change.patch").read_text()
    assert "kept" in patch
    assert "canary" not in patch
    assert git(repo, "status", "--porcelain") == ""
    assert not (repo / ".git" / "worktrees").exists()
