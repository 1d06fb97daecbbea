"""A run that was killed goes on: at any kind of line, to the same change."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from engine_lab import (
    ASK,
    FILES,
    LEAVE,
    WORKFLOW,
    Scripted,
    call,
    git,
    journal_of,
    make_repository,
    patch_of,
    run_offline,
    run_scripted,
    turn,
)
from killing import journal_has, kinds_of, run_and_die

from mlops_agent.contracts.journal import CallFinished, CallStarted, Resumed, RunEnded
from mlops_agent.contracts.report import RunResult
from mlops_agent.contracts.request import Request
from mlops_agent.engine.limits import Limits
from mlops_agent.engine.options import RunOptions
from mlops_agent.engine.running import resume_run, run_request
from mlops_agent.errors import BadInputError
from mlops_agent.journal.reading import read_journal
from mlops_agent.report.rechecking import bears_out, check_run

pytestmark = pytest.mark.sandbox


def offline_and_die(repo: Path, when: Callable[[Path], bool]) -> Path:
    options = RunOptions(driver="offline")
    return run_and_die(lambda: run_request(Request(text=ASK), repo, options), when)


def resume(run: str, **answers: str) -> RunResult:
    return resume_run(run, answers, RunOptions())


@pytest.mark.fault("F1", "F7")
def test_killed_after_any_kind_of_line_it_comes_to_the_same_change(repo: Path) -> None:
    whole = run_offline(repo)
    status = git(repo, "status", "--porcelain")
    for lines in kinds_of(journal_of(whole)):
        folder = offline_and_die(repo, journal_has(lines))
        assert len(read_journal(folder)) == lines
        result = resume(folder.name)
        assert result.verified, (lines, result.why, result.problems)
        assert patch_of(result) == patch_of(whole), lines
        assert len(result.claims) == len(whole.claims), lines
        assert bears_out(check_run(folder)), lines
        assert git(repo, "status", "--porcelain") == status
        shutil.rmtree(folder)
    assert not (repo / ".git" / "worktrees").exists()


def test_a_lost_worktree_comes_back(repo: Path) -> None:
    whole = run_offline(repo)
    events = journal_of(whole)
    edited = next(
        event.seq
        for event in events
        if isinstance(event, CallFinished) and event.result.tool == "Edit"
    )
    folder = offline_and_die(repo, journal_has(edited))
    shutil.rmtree(folder / "worktree")
    result = resume(folder.name)
    assert result.verified
    assert patch_of(result) == patch_of(whole)


def test_a_call_that_was_cut_off_is_not_made_again_unseen(repo: Path) -> None:
    whole = run_offline(repo)
    began = next(
        event.seq
        for event in journal_of(whole)
        if isinstance(event, CallStarted) and event.call == edit_of(whole)
    )
    folder = offline_and_die(repo, journal_has(began))
    result = resume(folder.name)
    events = journal_of(result)
    resumed = next(event for event in events if isinstance(event, Resumed))
    assert resumed.lost == [edit_of(whole)]
    told = [event.result for event in events if isinstance(event, CallFinished)]
    lost = next(one for one in told if one.call == edit_of(whole))
    assert lost.text == "interrupted; outcome unknown, look before you repeat"
    assert [one.tool for one in told[told.index(lost) + 1 :]][:2] == ["Read", "Edit"]


@pytest.mark.fault("F1")
def test_an_edit_that_landed_unrecorded_is_seen_and_not_made_twice(repo: Path) -> None:
    whole = run_offline(repo)
    folder = offline_and_die(
        repo, lambda folder: "|| true" not in (folder / "worktree" / WORKFLOW).read_text()
    )
    result = resume(folder.name)
    assert result.verified, (result.why, result.problems)
    assert patch_of(result) == patch_of(whole)
    tools = [e.result.tool for e in journal_of(result) if isinstance(e, CallFinished)]
    assert tools.count("Edit") == 1


def edit_of(result: RunResult) -> str:
    return next(
        event.result.call
        for event in journal_of(result)
        if isinstance(event, CallFinished) and event.result.tool == "Edit"
    )


def test_a_limit_can_be_raised(repo: Path) -> None:
    options = RunOptions(driver="offline", limits=Limits(turns=5))
    stopped = run_request(Request(text=ASK), repo, options)
    assert stopped.outcome == "stopped"
    done = resume(stopped.run)
    assert done.verified
    assert done.usage.turns > 5
    ends = [event.outcome for event in journal_of(done) if isinstance(event, RunEnded)]
    assert ends == ["stopped", "report"]


def test_a_question_is_answered_later(tmp_path: Path) -> None:
    second = FILES[WORKFLOW].replace("name: train\n", "name: weekly\n", 1)
    repo = make_repository(tmp_path / "tie", {**FILES, ".github/workflows/weekly.yml": second})
    asked = run_offline(repo, "Fix PIP001")
    assert asked.outcome == "questions"
    again = resume(asked.run)
    assert again.outcome == "questions"
    answered = resume(asked.run, **{"which-finding": asked.questions[0].options[0]})
    assert answered.verified, (answered.why, answered.problems)
    assert answered.change is not None
    assert answered.change.files == [WORKFLOW]


def test_a_run_that_ended_is_not_resumed(repo: Path) -> None:
    done = run_offline(repo)
    with pytest.raises(BadInputError, match="come to its end"):
        resume(done.run)


def test_a_scripted_driver_is_not_known_to_resume(repo: Path) -> None:
    driver = Scripted(turn(call(1, "Glob", pattern="*")), LEAVE)
    stopped = run_scripted(repo, driver, limits=Limits(turns=1))
    with pytest.raises(BadInputError, match="scripted"):
        resume(stopped.run)


def test_a_forged_journal_is_not_resumed(repo: Path) -> None:
    options = RunOptions(driver="offline", limits=Limits(turns=5))
    stopped = run_request(Request(text=ASK), repo, options)
    journal = Path(stopped.journal)
    journal.write_bytes(journal.read_bytes().replace(b"pipeline", b"registry", 1))
    with pytest.raises(BadInputError, match="broken at line"):
        resume(stopped.run)
