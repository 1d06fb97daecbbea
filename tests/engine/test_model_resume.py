"""A model's run that was killed: at any kind of line it goes on to the same change."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from engine_lab import ASK, WORKFLOW, journal_of, patch_of
from killing import NEVER_TWICE, journal_has, log_of, moments_of, run_and_die
from model_lab import ENOUGH, command, environment, last_run, lead, resume_last, run_model
from scripted_api import Answer, Closed, Heard, ScriptedApi, by_results, says, text, use

from mlops_agent.contracts.journal import (
    AnyEvent,
    CallFinished,
    CallStarted,
    FileEdited,
    Prompted,
    Resumed,
    TurnDecided,
)
from mlops_agent.contracts.report import RunResult
from mlops_agent.engine.limits import Limits
from mlops_agent.journal.reading import read_journal
from mlops_agent.journal.runs import list_runs

pytestmark = pytest.mark.sandbox

OLD = "run: python src/evaluate.py || true"
NEW = "run: python src/evaluate.py"
SHOW = f"""\
mkdir -p fake && printf '#!/bin/sh\\nexit 1\\n' > fake/python && chmod +x fake/python
step=$(sed -n 's/^ *run: \\(python src.evaluate.*\\)/\\1/p' {WORKFLOW})
PATH="$PWD/fake:$PATH"
if bash -ec "$step"; then exit 1; fi
"""
PROBE = {
    "name": "gate",
    "what": "the step's own shell, with an evaluation that fails",
    "arguments": ["bash", "-c", SHOW],
}
DECLARED = {"boundary": "pipeline", "risk": "r", "files": [WORKFLOW], "line_budget": 2}
SCRIPT: list[Answer] = [
    says(text("I read."), use("Read", path=WORKFLOW)),
    says(text("I look."), use("Bash", command="ls")),
    says(text("I declare."), use("Declare", **DECLARED)),
    says(text("I edit."), use("Edit", path=WORKFLOW, old=OLD, new=NEW)),
    says(text("I count."), use("Bash", command="git diff --stat; echo counted")),
    says(text("I prove."), use("Probe", probe=PROBE, trees=["base", "proposed"])),
]


def model(heard: Heard) -> Answer:
    """What a model would do next: the script, a look after a lost edit, three reports."""
    tools = [one["name"] for one in heard.uses()]
    told = [str(one["content"]) for one in heard.results()]
    assert len(tools) == len(told)
    lost = [n for n, said in enumerate(told) if "interrupted" in said and tools[n] == "Edit"]
    if not lost:
        step = len(told)
    elif len(told) == lost[0] + 1:
        return says(text("Did it land?"), use("Read", path=WORKFLOW))
    elif len(told) == lost[0] + 2:
        again = use("Edit", path=WORKFLOW, old=OLD, new=NEW)
        return says(again if "|| true" in told[-1] else use("Bash", command="echo it landed"))
    else:
        step = len(told) - 2
    return SCRIPT[step] if step < len(SCRIPT) else reporting(tools, told)


def reporting(tools: list[str], told: list[str]) -> Answer:
    """A report that cites what is not there, twice; then one that holds."""
    probe = told[tools.index("Probe")].split("]")[0].removeprefix("[")
    tries = tools.count("Report")
    runs = {"base_run": f"{probe}-base", "proposed_run": f"{probe}-proposed"}
    if tries < 2:
        runs["base_run"] = f"t{90 + tries}c1-base"
    claim = {
        "text": "The probe gate was red on the base tree and green on the proposed one.",
        "evidence": [f"probe:{name}" for name in runs.values()],
        "asserts": [{"kind": "probe", "probe": "gate", **runs}],
    }
    risk = {"statement": "s", "why": "w", "rule": "", "evidence": [f"probe:{probe}-base"]}
    summary = {"summary": "The evaluation's exit code counts.", "trade_off": "A run may stop."}
    whole = {"boundary": "pipeline", "primary_risk": risk, "claims": [claim], **summary}
    return says(text(f"Report {tries}."), use("Report", **whole))


@pytest.mark.real()
def test_killed_after_any_kind_of_line_it_comes_to_the_same_change(
    repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedApi(model) as api:
        lead(monkeypatch, api)
        whole = run_model(repo)
        assert whole.verified, (whole.why, whole.problems)
        assert [one["name"] for one in api.requests[-1].uses()].count("Report") == 2
        for lines in moments_of(journal_of(whole)):
            api.requests.clear()
            folder = run_and_die(lambda: run_model(repo), journal_has(lines))
            died, sent = read_journal(folder), len(api.requests)
            assert len(died) == lines
            result = resume_last()
            assert result.verified, (lines, result.why, result.problems)
            assert patch_of(result) == patch_of(whole), lines
            check_nothing_was_done_twice(journal_of(result), died)
            check_requests(api.requests, sent)
            # Each reply was asked for once, but for the one that was not on disk yet.
            lost = isinstance(died[-1], Prompted)
            assert len(api.requests) - lost == result.usage.turns == len(turns(result)), lines
            shutil.rmtree(folder)
    assert not (repo / ".git" / "worktrees").exists()


def turns(result: RunResult) -> list[AnyEvent]:
    return [one for one in journal_of(result) if isinstance(one, TurnDecided)]


def check_nothing_was_done_twice(events: list[AnyEvent], died: list[AnyEvent]) -> None:
    started = Counter(one.call for one in events if isinstance(one, CallStarted))
    finished = [one.result for one in events if isinstance(one, CallFinished)]
    acted = {one.call: started[one.call] for one in finished if one.tool in NEVER_TWICE}
    assert set(acted.values()) == {1}, acted
    open_calls = {one.call for one in died if isinstance(one, CallStarted)}
    open_calls -= {one.result.call for one in died if isinstance(one, CallFinished)}
    [resumed] = [one for one in events if isinstance(one, Resumed)]
    assert set(resumed.lost) == open_calls
    for result in finished:
        lost = result.call in open_calls and result.tool in NEVER_TWICE
        assert lost == ("outcome unknown" in result.text)


def check_requests(heard: list[Heard], sent: int) -> None:
    """Each call has one result, and what was sent before the kill is sent again unchanged."""
    for number, request in enumerate(heard):
        uses = [one["id"] for one in request.uses()]
        assert uses == [one["tool_use_id"] for one in request.results()]
        assert len(set(uses)) == len(uses)
        if number:
            before = heard[number - 1].messages
            assert request.messages[: len(before)] == before, (number, sent)
            assert same_prefix(request) == same_prefix(heard[0])


def same_prefix(request: Heard) -> bytes:
    """System text and tools, as they went over the wire."""
    return request.raw[request.raw.index(b'"system"') : request.raw.index(b'"messages"')]


def test_what_a_turn_had_read_before_the_kill_is_known_after_it(
    repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit = use("Edit", path=WORKFLOW, old=OLD, new=NEW)
    both = says(use("Declare", **DECLARED), use("Read", path=WORKFLOW), edit)
    with ScriptedApi(by_results([both, both, both, ENOUGH])) as api:
        lead(monkeypatch, api)
        folder = run_and_die(
            lambda: run_model(repo), lambda folder: b'"tool":"Read","ok":true' in log_of(folder)
        )
        assert not any(isinstance(one, FileEdited) for one in read_journal(folder))
        result = resume_last()
    assert result.outcome == "no-change"
    [request] = api.requests[1:]
    assert [one.get("is_error", False) for one in request.results()] == [False] * 3
    assert f"+        {NEW}" in (folder / "change.patch").read_text()
    assert result.usage.tool_calls == 4


def test_a_file_that_changed_after_it_was_read_has_to_be_read_again(
    repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit = says(use("Edit", path=WORKFLOW, old=OLD, new=NEW))
    changes = says(use("Bash", command=f"echo '# more' >> {WORKFLOW}"))
    look = says(use("Read", path=f"./{WORKFLOW}"), use("Read", path=WORKFLOW))
    declare = says(use("Declare", **{**DECLARED, "line_budget": 4}))
    script = [declare, look, look, changes, edit, look, look, edit, ENOUGH]
    with ScriptedApi(by_results(script)) as api:
        lead(monkeypatch, api)
        assert run_model(repo, Limits(turns=3)).outcome == "stopped"
        assert resume_last(Limits(turns=5)).outcome == "stopped"
        assert resume_last().outcome == "no-change"
    told = [str(one["content"]) for one in api.requests[-1].results()]
    assert f"{WORKFLOW} changed since it was last read: Read it again" in told[4]
    assert "changed since" not in told[7]
    assert f"+        {NEW}\n" in (last_run() / "change.patch").read_text()


def test_a_report_that_did_not_fit_is_no_try_after_it_either(
    repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    misfit = says(use("Report", summary="s"))
    bad = says(
        use(
            "Report",
            boundary="pipeline",
            primary_risk={"statement": "s", "why": "w", "rule": "", "evidence": []},
            summary="s",
            trade_off="t",
            claims=[{"asserts": [{"kind": "diff"}]}],
        )
    )
    script = [says(use("Declare", **DECLARED)), misfit, misfit, bad, bad, ENOUGH]
    with ScriptedApi(by_results(script)) as api:
        lead(monkeypatch, api)
        assert run_model(repo, Limits(turns=3)).outcome == "stopped"
        assert resume_last(Limits(turns=4)).outcome == "stopped"
        result = resume_last()
    assert result.outcome == "no-change", result.problems
    told = [str(one["content"]) for one in api.requests[-1].results()]
    assert ["does not fit" in one for one in told] == [False, True, True, False, False]
    assert "the report does not hold (2 more tries)" in told[3]
    assert "the report does not hold (1 more tries)" in told[4]


def test_killed_while_it_asks_it_asks_again(
    repo: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedApi([SCRIPT[0], Closed(30)]) as api:
        process = start(api, state, repo)
        wait_for(lambda: len(api.requests) == 2)
        process.kill()
        process.communicate(timeout=10)
    with ScriptedApi(by_results([SCRIPT[0], ENOUGH])) as healthy:
        lead(monkeypatch, healthy)
        assert resume_last().outcome == "no-change"
    assert [one.messages for one in healthy.requests] == [api.requests[1].messages]


def test_an_interrupt_while_it_asks_keeps_what_is_done(repo: Path, state: Path) -> None:
    wrote = says(use("Bash", command="echo kept > kept.txt"))
    with ScriptedApi([wrote, Closed(30)]) as api:
        process = start(api, state, repo)
        wait_for(lambda: len(api.requests) == 2)
        told = interrupted(process)
    check_interrupted(told, repo)
    assert "kept.txt" in (last_run() / "change.patch").read_text()
    with ScriptedApi(by_results([wrote, ENOUGH])) as healthy:
        resumed = command(healthy, state, "resume", last_run().name)
    assert resumed.returncode == 8, resumed.stderr
    assert [one.messages for one in healthy.requests] == [api.requests[1].messages]


def test_an_interrupt_of_a_command_is_no_lost_call(repo: Path, state: Path) -> None:
    slow = says(use("Bash", command="echo begun > begun.txt; sleep 60; echo over > over.txt"))
    with ScriptedApi(by_results([slow, ENOUGH])) as api:
        process = start(api, state, repo)
        wait_for(lambda: any((one.folder / "worktree/begun.txt").exists() for one in list_runs()))
        told = interrupted(process)
        check_interrupted(told, repo)
        resumed = command(api, state, "resume", last_run().name)
    assert resumed.returncode == 8, resumed.stderr
    [result] = api.requests[-1].results()
    assert "interrupted; outcome unknown, look before you repeat" in result["content"]
    assert "over.txt" not in (last_run() / "change.patch").read_text()


def start(api: ScriptedApi, state: Path, repo: Path) -> subprocess.Popen[str]:
    arguments = ["run", ASK, "--repo", str(repo), "--driver", "anthropic"]
    return subprocess.Popen(
        [sys.executable, "-m", "mlops_agent.cli.main", *arguments],
        env=environment(api, state), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def wait_for(there: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not there():
        assert time.monotonic() < end, "it did not come so far"
        time.sleep(0.05)


def interrupted(process: subprocess.Popen[str]) -> str:
    process.send_signal(signal.SIGINT)
    said, told = process.communicate(timeout=20)
    assert process.returncode == 130, told
    return said + told


def check_interrupted(told: str, repo: Path) -> None:
    assert "Traceback" not in told
    assert f"mlops-agent resume {last_run().name}" in told
    assert not (repo / ".git" / "worktrees").exists()
