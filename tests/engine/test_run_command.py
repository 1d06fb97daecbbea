"""The commands run, resume and undo, as a person or a script calls them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from engine_lab import ASK, FILES, WORKFLOW, command, git, make_repository

from mlops_agent.cli.run_report import CODES
from mlops_agent.contracts.report import RunResult
from mlops_agent.exit_codes import ExitCode

pytestmark = pytest.mark.sandbox


def test_a_verified_run_prints_the_report_and_where_things_are(repo: Path, state: Path) -> None:
    done = command("run", ASK, "--repo", str(repo), state=state)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("VERIFIED  ")
    assert "-        run: python src/evaluate.py || true" in done.stdout
    assert "red on the base tree" in done.stdout
    assert "green on the proposed tree" in done.stdout
    assert "take it: git apply " in done.stdout
    assert "\x1b[" not in done.stdout
    assert done.stderr.startswith("run 2")
    assert "driver offline (no driver is named, here or in MLOPS_AGENT_DRIVER)" in done.stderr


def test_json_is_all_of_standard_output(repo: Path, state: Path) -> None:
    done = command("run", ASK, "--repo", str(repo), "--format", "json", "-q", state=state)
    assert done.returncode == 0
    assert done.stderr == ""
    result = RunResult.from_json(done.stdout)
    assert json.loads(done.stdout)["schema"] == "mlops-agent/run/1"
    checked = command("check", result.run, state=state)
    assert checked.returncode == 0, checked.stdout


def test_the_report_goes_to_a_file(repo: Path, state: Path, tmp_path: Path) -> None:
    target = tmp_path / "report.md"
    arguments = ("run", ASK, "--repo", str(repo), "--format", "markdown", "--output", str(target))
    done = command(*arguments, state=state)
    assert done.returncode == 0
    assert done.stdout == ""
    assert "PIP001" in target.read_text()


def test_nothing_that_fits_is_exit_8(repo: Path, state: Path) -> None:
    done = command("run", "Write a model card for the model.", "--repo", str(repo), state=state)
    assert done.returncode == 8
    assert done.stdout.startswith("NOTHING CHANGED")


def test_questions_are_exit_4_and_answers_go_on(tmp_path: Path, state: Path) -> None:
    second = FILES[WORKFLOW].replace("name: train\n", "name: weekly\n", 1)
    repo = make_repository(tmp_path / "tie", {**FILES, ".github/workflows/weekly.yml": second})
    asked = command("run", "Fix PIP001", "--repo", str(repo), "--format", "json", state=state)
    assert asked.returncode == 4
    result = RunResult.from_json(asked.stdout)
    answers = tmp_path / "answers.yaml"
    answers.write_text(f"which-finding: {result.questions[0].options[0]}\n")
    resumed = command("resume", result.run[:-1], "--answers", str(answers), state=state)
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    at_once = command(
        "run", "Fix PIP001", "--repo", str(repo), "--answers", str(answers), state=state
    )
    assert at_once.returncode == 0


def test_a_limit_is_exit_6_with_the_way_to_go_on(repo: Path, state: Path) -> None:
    stopped = command("run", ASK, "--repo", str(repo), "--max-turns", "3", state=state)
    assert stopped.returncode == 6
    assert "go on: mlops-agent resume " in stopped.stdout


def test_a_branch_is_made_and_taken_back(repo: Path, state: Path) -> None:
    made = command("run", ASK, "--repo", str(repo), "--branch", "gate", state=state)
    assert made.returncode == 0, made.stderr
    assert "|| true" not in git(repo, "show", f"gate:{WORKFLOW}")
    assert git(repo, "rev-parse", "gate^") == git(repo, "rev-parse", "main")
    assert git(repo, "status", "--porcelain") == ""
    again = command("run", ASK, "--repo", str(repo), "--branch", "gate", state=state)
    assert again.returncode == 2
    assert "the branch gate exists already" in again.stderr
    run = made.stdout.split("mlops-agent check ")[1].split()[0]
    undone = command("undo", run, state=state)
    assert undone.stdout == "deleted the branch gate\n"
    assert "gate" not in git(repo, "branch", "--list")


def test_apply_changes_the_files_and_undo_puts_them_back(repo: Path, state: Path) -> None:
    done = command("run", ASK, "--repo", str(repo), "--apply", "--yes", state=state)
    assert done.returncode == 0, done.stderr
    assert "applied to your working tree" in done.stdout
    assert "|| true" not in (repo / WORKFLOW).read_text()
    run = done.stdout.split("mlops-agent check ")[1].split()[0]
    assert command("undo", run, state=state).stdout == f"put back {WORKFLOW}\n"
    assert (repo / WORKFLOW).read_text() == FILES[WORKFLOW]
    assert "nothing to take back" in command("undo", run, state=state).stdout


def test_apply_leaves_files_with_uncommitted_work_alone(repo: Path, state: Path) -> None:
    mine = FILES[WORKFLOW] + "# mine\n"
    (repo / WORKFLOW).write_text(mine)
    done = command("run", ASK, "--repo", str(repo), "--apply", "--yes", state=state)
    assert done.returncode == 2
    assert WORKFLOW in done.stderr
    assert (repo / WORKFLOW).read_text() == mine


def test_a_patch_file_is_written(repo: Path, state: Path, tmp_path: Path) -> None:
    target = tmp_path / "fix.patch"
    done = command("run", ASK, "--repo", str(repo), "--patch", str(target), state=state)
    assert done.returncode == 0
    git(repo, "apply", "--check", str(target))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "nothing is asked"),
        (("  ",), "the request is empty"),
        (("@no/such/file",), "cannot read no/such/file"),
        ((ASK, "--driver", "claude"), "this version has no driver 'claude'"),
        ((ASK, "--model", "opus"), "--model is for drivers that ask a model"),
        ((ASK, "--driver", "offline", "--max-usd", "1"), "--max-usd is for drivers that ask"),
        ((ASK, "--driver", "anthropic", "--max-usd", "nan"), "nan"),
        ((ASK, "--driver", "anthropic", "--max-usd", "inf"), "inf bounds nothing"),
        ((ASK, "--driver", "anthropic", "--max-usd", "0"), "0.0 is not in the range"),
        (
            (ASK, "--driver", "anthropic", "--model", "mine", "--max-usd", "1"),
            "the price of mine is not known",
        ),
        ((ASK, "--max-minutes", "nan"), "nan"),
        ((ASK, "--apply"), "say --yes with it"),
        ((ASK, "--branch", "a..b"), "'a..b' is not a name for a branch"),
        ((ASK, "--branch", "main"), "the branch main exists already"),
        ((ASK, "--patch", "no/such/x.patch"), "there is no folder no/such"),
        ((ASK, "--patch", "/dev/full/x"), "there is no folder /dev/full"),
        ((ASK, "--output", "no/such/report"), "there is no folder no/such"),
        ((ASK, "--driver", "replay"), "the replay driver needs a journal"),
        ((ASK, "--apply", "--branch", "x"), "exclude each other"),
        ((ASK, "--max-turns", "0"), "0 is not in the range"),
        ((ASK, "--repo", "/nonexistent"), "/nonexistent does not exist"),
    ],
)
def test_mistakes_are_one_line_and_exit_2(
    repo: Path, state: Path, arguments: tuple[str, ...], told: str
) -> None:
    where = () if "--repo" in arguments else ("--repo", str(repo))
    done = command("run", *arguments, *where, state=state)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert not (state / "mlops-agent" / "runs").exists(), "a run was begun all the same"


def test_a_request_file_carries_the_scope(repo: Path, state: Path, tmp_path: Path) -> None:
    file = tmp_path / "request.json"
    file.write_text(json.dumps({"text": ASK, "allowed_paths": ["src/**"]}))
    done = command("run", "--request", str(file), "--repo", str(repo), state=state)
    assert done.returncode == 8
    assert "allowed" in done.stdout
    file.write_text(json.dumps({"text": ASK, "allow_paths": ["src/**"]}))
    wrong = command("run", "--request", str(file), "--repo", str(repo), state=state)
    assert wrong.returncode == 2
    assert "allow_paths" in wrong.stderr


def test_an_interrupt_keeps_everything_and_says_how_to_go_on(repo: Path, state: Path) -> None:
    environment = {**os.environ, "XDG_STATE_HOME": str(state)}
    process = subprocess.Popen(
        [sys.executable, "-m", "mlops_agent.cli.main", "run", ASK, "--repo", str(repo)],
        env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    for line in process.stderr:
        if line.strip().startswith("List the risks"):
            process.send_signal(signal.SIGINT)
            break
    _, told = process.communicate(timeout=300)
    assert process.returncode == 130, told
    assert "go on: mlops-agent resume " in told
    assert "Traceback" not in told
    run = told.split("mlops-agent resume ")[1].split()[0]
    folder = state / "mlops-agent" / "runs" / run
    assert json.loads((folder / "report.json").read_text())["why"] == "interrupted"
    assert not (repo / ".git" / "worktrees").exists()
    assert command("resume", run, state=state).returncode == 0


@pytest.mark.fault("F6")
def test_another_run_of_the_repository_is_exit_75(repo: Path, state: Path) -> None:
    arguments = [sys.executable, "-m", "mlops_agent.cli.main", "run", ASK, "--repo", str(repo)]
    environment = {**os.environ, "XDG_STATE_HOME": str(state)}
    first = subprocess.Popen(
        arguments, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    assert first.stderr is not None
    first.stderr.readline()
    first.send_signal(signal.SIGSTOP)
    try:
        second = command("run", ASK, "--repo", str(repo), state=state)
        assert second.returncode == 75
        assert "holds the repository" in second.stderr
    finally:
        first.send_signal(signal.SIGCONT)
        first.communicate(timeout=300)
    assert first.returncode == 0


def test_every_outcome_has_an_exit_code() -> None:
    from typing import get_args

    from mlops_agent.contracts.report import Outcome

    assert set(CODES) == set(get_args(Outcome))
    assert set(CODES.values()) <= set(ExitCode)
