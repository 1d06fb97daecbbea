"""The user's git folder before and after a run: told where it changed, held against it where the
run's commands were not kept from it."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine_lab import ASK, git, make_repository

from mlops_agent.contracts.progress import AnyProgress, Decided
from mlops_agent.contracts.report import RunResult
from mlops_agent.contracts.request import Request
from mlops_agent.engine.options import Delivery, RunOptions
from mlops_agent.engine.running import run_request
from mlops_agent.report.exhibits import Exhibits
from mlops_agent.report.provenance import UNCONFINED
from mlops_agent.report.rechecking import bears_out, check_run
from mlops_agent.report.rendering import markdown, text

pytestmark = pytest.mark.sandbox


def run_while(repo: Path, sandbox: str, *commands: tuple[str, ...]) -> RunResult:
    """Run while somebody works in the repository, after the third turn."""

    def watcher(event: AnyProgress) -> None:
        if isinstance(event, Decided) and event.turn == 3:
            for command in commands:
                git(repo, *command)

    options = RunOptions(driver="offline", sandbox=sandbox, delivery=Delivery(branch="fix"))  # type: ignore[arg-type]
    return run_request(Request(text=ASK), repo, options, watcher)


def test_a_commit_meanwhile_is_told_and_keeps_nothing_back(repo: Path) -> None:
    before = git(repo, "rev-parse", "main").strip()
    meanwhile = (("commit", "-q", "--allow-empty", "-m", "mine"), ("tag", "mine"))
    result = run_while(repo, "bubblewrap", *meanwhile)
    after = git(repo, "rev-parse", "main").strip()
    assert result.noticed == [
        f"refs/heads/main: {before[:12]} became {after[:12]}",
        f"refs/tags/mine: nothing became {after[:12]}",
    ]
    assert result.verified, result.problems
    assert git(repo, "rev-parse", "fix^").strip() == before
    folder = Path(result.journal).parent
    shown = Exhibits.of_run(folder)
    assert "refs/tags/mine" in markdown(result, shown)
    assert "by somebody else" in markdown(result, shown)
    assert "refs/tags/mine" in text(result, shown)
    assert bears_out(check_run(folder))


def test_unconfined_commands_could_have_done_it_so_nothing_is_delivered(repo: Path) -> None:
    result = run_while(repo, "none", ("config", "core.hooksPath", "/tmp/hooks"))
    assert not result.verified
    assert f"{UNCONFINED}: .git/config: changed" in result.problems
    assert git(repo, "branch", "--list", "fix") == ""
    checked = check_run(Path(result.journal).parent)
    assert not bears_out(checked)
    assert f"{UNCONFINED}: .git/config: changed" in checked.problems


def test_a_quiet_run_has_nothing_to_tell_and_its_own_branch_is_none(tmp_path: Path) -> None:
    quiet = make_repository(tmp_path / "quiet")
    result = run_while(quiet, "none")
    assert (result.noticed, result.verified) == ([], True), result.problems
    assert "repository-changed" not in Path(result.journal).read_text()
    assert git(quiet, "branch", "--list", "fix").strip() == "fix"
