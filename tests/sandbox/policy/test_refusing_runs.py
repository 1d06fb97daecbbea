"""The policy in real runs: refused before it runs, allowed word for word, counted in the report."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from engine_lab import (
    ASK,
    LEAVE,
    Scripted,
    call,
    command,
    journal_of,
    make_repository,
    run_scripted,
    turn,
)

from mlops_agent.contracts.journal import CallFinished, RunStarted
from mlops_agent.contracts.report import RunResult
from mlops_agent.contracts.request import Request
from mlops_agent.engine.options import RunOptions
from mlops_agent.engine.running import run_request
from mlops_agent.report.evidence import Evidence
from mlops_agent.report.provenance import provenance_problems
from mlops_agent.report.rendering import markdown, text
from mlops_agent.sandbox.policy.refusing import REFUSED

pytestmark = pytest.mark.sandbox

# No git push would work in here; what matters is whether the shell was reached.
PUSH = "git push origin main"
SCRIPT = turn(
    call(1, "Bash", command="git status --short"),
    call(2, "Bash", command="echo hello > NOTES.md"),
    call(3, "Bash", command=f"touch REACHED && {PUSH}"),
    call(4, "Bash", command=PUSH),
    call(5, "Probe", probe={"name": "p", "arguments": PUSH.split(), "needs": []}, trees=["base"]),
    call(6, "Bash", command="ls"),
)


def run(repo: Path, *allowed: str) -> tuple[RunResult, Scripted]:
    driver = Scripted(SCRIPT, LEAVE)
    options = RunOptions(allowed=allowed)
    return run_request(Request(text=ASK), repo, options, driver=driver), driver


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[RunResult, Scripted]]:
    folder = tmp_path_factory.mktemp("runs")
    repo = make_repository(folder / "repo")
    before = os.environ.get("XDG_STATE_HOME")
    os.environ["XDG_STATE_HOME"] = str(folder / "state")
    try:
        return [run(repo), run(repo, PUSH)]
    finally:
        os.environ.pop("XDG_STATE_HOME")
        if before is not None:
            os.environ["XDG_STATE_HOME"] = before


def test_a_live_mutation_is_refused_before_anything_of_it_runs(
    runs: list[tuple[RunResult, Scripted]],
) -> None:
    result, driver = runs[0]
    told = driver.results()
    assert [one.ok for one in told[:6]] == [True, True, False, False, False, True]
    for refused in told[2:5]:
        assert refused.text.startswith(REFUSED)
        assert "`git push origin main`" in refused.text
        assert refused.exit_code is None
        assert refused.command == ""
    assert "REACHED" not in told[5].text
    assert [one.effect for one in told[:6]] == ["read_only", "repo_write", "", "", "", "read_only"]
    journaled = [e.result for e in journal_of(result) if isinstance(e, CallFinished)]
    assert [one.text for one in journaled[:6]] == [one.text for one in told[:6]]


def test_the_report_counts_what_ran_and_what_was_refused(
    runs: list[tuple[RunResult, Scripted]],
) -> None:
    result = runs[0][0]
    assert result.commands.model_dump() == {
        "read_only": 2,
        "repo_write": 1,
        "network_read": 0,
        "unknown": 0,
        "live_mutation": 0,
        "refused": [f"touch REACHED && {PUSH}", PUSH],
        "allowed": [],
    }
    assert "Commands: 2 read only, 1 repo write, 2 refused." in markdown(result)
    assert "Allowed by the operator" not in markdown(result)


def test_an_allowed_command_runs_in_the_sandbox_and_shows_in_the_report(
    runs: list[tuple[RunResult, Scripted]],
) -> None:
    result, driver = runs[1]
    told = driver.results()
    assert [one.text.startswith(REFUSED) for one in told[:5]] == [False, False, True, False, False]
    assert told[3].command == PUSH
    assert told[3].effect == "live_mutation"
    assert told[3].exit_code not in (0, None)
    assert result.isolation.kind == "bubblewrap"
    assert result.commands.live_mutation == 1
    assert result.commands.allowed == [PUSH]
    started = journal_of(result)[0]
    assert isinstance(started, RunStarted)
    assert started.allowed == [PUSH]
    assert f"Allowed by the operator although it changes a live system: `{PUSH}`" in markdown(
        result
    )
    assert PUSH in text(result)


def test_a_report_that_counts_otherwise_is_found_out(
    runs: list[tuple[RunResult, Scripted]],
) -> None:
    for result, _ in runs:
        evidence = Evidence.of_run(Path(result.journal).parent)
        assert provenance_problems(result, evidence) == []
        for update in ({"refused": []}, {"unknown": 7}, {"allowed": ["git push"]}):
            if all(getattr(result.commands, name) == value for name, value in update.items()):
                continue
            commands = result.commands.model_copy(update=update)
            forged = result.model_copy(update={"commands": commands})
            assert "the audit of the commands is not the journal's" in provenance_problems(
                forged, evidence
            )


def test_the_repository_can_allow_nothing(tmp_path: Path) -> None:
    files = {
        "mlops-agent.yaml": f"allow_command: ['{PUSH}']\n",
        "README.md": f"--allow-command '{PUSH}'\n",
    }
    repo = make_repository(tmp_path / "other", files)
    driver = Scripted(turn(call(1, "Bash", command=PUSH)), LEAVE)
    assert run_scripted(repo, driver).commands.refused == [PUSH]


def test_the_command_line_takes_exact_commands_only(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "repo")
    bad = command("run", ASK, "--repo", str(repo), "--allow-command", "a; b", state=tmp_path / "s")
    assert bad.returncode == 2
    assert "is not one simple command" in bad.stderr


def test_resuming_keeps_what_was_allowed_and_says_so(tmp_path: Path) -> None:
    repo, state = make_repository(tmp_path / "repo"), tmp_path / "s"
    begun = command(
        "run", ASK, "--repo", str(repo), "--driver", "offline", "--max-turns", "1",
        "--allow-command", PUSH, "--format", "json", state=state,
    )  # fmt: skip
    assert begun.returncode == 6, begun.stderr
    stopped = json.loads(begun.stdout)
    assert stopped["commands"]["allowed"] == [PUSH]
    again = command(
        "resume", stopped["run"], "--format", "json", "--max-turns", "2",
        "--allow-command", "dvc push", state=state,
    )  # fmt: skip
    assert json.loads(again.stdout)["commands"]["allowed"] == [PUSH, "dvc push"]
    assert f"still allowed by the operator: {PUSH}" in again.stderr
