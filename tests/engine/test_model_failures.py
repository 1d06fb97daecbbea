"""A run whose endpoint fails: what is done stays, nothing is done twice, and it goes on later."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from engine_lab import ASK, git
from model_lab import ENOUGH, command, last_run, lead, resume_last, run_model
from scripted_api import KEY, Answer, Closed, Failure, Raw, Reply, ScriptedApi, says, text, use

from mlops_agent.contracts.journal import CallFinished, RunEnded
from mlops_agent.contracts.report import RunResult
from mlops_agent.drivers.anthropic.endpoint import Endpoint
from mlops_agent.errors import MlopsAgentError
from mlops_agent.journal.reading import read_journal

pytestmark = pytest.mark.sandbox

LOOK = says(text("I look."), use("Bash", command="echo looked >> looked.txt; cat looked.txt"))
TWICE = use("Bash", command="echo twice >> looked.txt")
NEVER = use("Bash", command="echo never >> looked.txt")
FAILURES: dict[str, tuple[list[Answer], str, int]] = {
    "401": ([Failure(401, message="no such key")], "does not take the credentials", 9),
    "413": ([Failure(413, message="too large")], "outgrown what the endpoint takes", 6),
    "529": ([Failure(529, "overloaded_error")], "overloaded after all retries", 9),
    "late": ([Closed(2)], "did not answer in time", 9),
    "a page": ([Raw(b"<html>", "text/html")], "no message of the Messages API", 9),
    "a cut stream": (
        [says(TWICE, stop="max_tokens"), Reply([NEVER], events=4)],
        "no connection to the endpoint: peer closed",
        9,
    ),
    "an ended stream": (
        [says(TWICE, stop="max_tokens"), Reply([NEVER], events=4, ends=True)],
        "its stream ended in the middle",
        9,
    ),
}


@pytest.mark.parametrize("name", FAILURES)
@pytest.mark.fault("F22")
def test_what_is_done_stays_and_the_run_goes_on_later(
    name: str, repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, line, code = FAILURES[name]
    with ScriptedApi([LOOK, *answers]) as api:
        lead(monkeypatch, api)
        told, given = failing(repo)
    assert line in told
    assert given == code
    check_kept(last_run(), told)
    assert git(repo, "status", "--porcelain") == ""
    assert not (repo / ".git" / "worktrees").exists()
    with ScriptedApi([ENOUGH]) as healthy:
        lead(monkeypatch, healthy)
        resumed = resume_last()
    assert resumed.outcome == "no-change", resumed.why
    [request] = healthy.requests
    assert [one["id"] for one in request.uses()] == [
        one["tool_use_id"] for one in request.results()
    ]
    assert request.messages[: len(api.requests[-1].messages)] == api.requests[-1].messages
    ran = [one.result for one in read_journal(last_run()) if isinstance(one, CallFinished)]
    assert [one.text.strip() for one in ran if one.ok and one.tool == "Bash"] == ["looked"]


def failing(repo: Path) -> tuple[str, int]:
    """Run until the endpoint fails; the line and the exit code."""
    try:
        result = run_model(repo, endpoint=Endpoint(retries=1, seconds=0.5))
    except MlopsAgentError as error:
        return str(error), error.exit_code
    assert result.outcome == "stopped"
    return result.why, 6


def check_kept(run: Path, why: str) -> None:
    """A run that failed has its report, its patch and a journal with a last line."""
    report = json.loads((run / "report.json").read_text())
    assert (report["outcome"], report["why"]) == ("stopped", why)
    assert "+looked\n" in (run / "change.patch").read_text()
    last = read_journal(run)[-1]
    assert isinstance(last, RunEnded)
    assert (last.outcome, last.why) == ("stopped", why)
    assert not (run / "worktree").exists()


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("ANTHROPIC_BASE_URL", "http://[::1", "no connection to the endpoint: "),
        ("SSL_CERT_FILE", "/nope", "the client for the endpoint can't be made: "),
        ("SSL_CERT_FILE", "/etc/passwd", "the client for the endpoint can't be made: "),
    ],
)
def test_a_client_that_can_not_be_made_is_one_line_and_exit_9(
    name: str, value: str, line: str, repo: Path, state: Path
) -> None:
    with ScriptedApi([ENOUGH]) as api:
        arguments = ("run", ASK, "--repo", str(repo), "--driver", "anthropic")
        done = command(api, state, *arguments, **{name: value})
    assert done.returncode == 9, done.stderr
    assert f"mlops-agent: {line}" in done.stderr
    assert "Traceback" not in done.stderr
    assert api.requests == []


def test_as_a_command_a_failure_is_exit_9_and_resume_ends_the_run(repo: Path, state: Path) -> None:
    with ScriptedApi([LOOK, Failure(401, message=f"invalid x-api-key {KEY}")]) as api:
        done = command(api, state, "run", ASK, "--repo", str(repo), "--driver", "anthropic")
    assert done.returncode == 9, done.stderr
    assert "the endpoint does not take the credentials: invalid x-api-key (the key)" in done.stderr
    assert "set ANTHROPIC_API_KEY" in done.stderr
    assert "Traceback" not in done.stderr
    [run] = (state / "mlops-agent" / "runs").iterdir()
    assert run.name in done.stderr
    assert "mlops-agent resume" in done.stderr
    with ScriptedApi([ENOUGH]) as healthy:
        resumed = command(healthy, state, "resume", run.name, "--format", "json")
    assert resumed.returncode == 8, resumed.stderr
    assert RunResult.from_json(resumed.stdout).outcome == "no-change"
    for said in (done.stdout, done.stderr, resumed.stdout, resumed.stderr):
        assert KEY not in said
    for path in run.rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes(), path
