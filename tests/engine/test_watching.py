"""The Python face tells typed events while it works, and a consumer may leave at any of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from engine_lab import ASK, LEAVE, Scripted, call, command, git, turn

import mlops_agent
from mlops_agent.contracts.progress import PROGRESS, AnyProgress, Began, Decided, Ended
from mlops_agent.drivers.base import Exchange, Turn
from mlops_agent.engine.options import Delivery, RunOptions
from mlops_agent.errors import BadInputError, MlopsAgentError
from mlops_agent.journal.runs import describe_run, list_runs

pytestmark = pytest.mark.sandbox
OFFLINE = RunOptions(driver="offline")


def nothing_is_left(repo: Path) -> None:
    assert not (repo / ".git" / "worktrees").exists()
    assert git(repo, "status", "--porcelain") == ""
    assert "mlops-agent-run" not in {thread.name for thread in threading.enumerate()}


def test_events_come_in_order_and_end_with_the_result(repo: Path) -> None:
    with mlops_agent.watch(ASK, repo, options=OFFLINE) as watched:
        events = list(watched)
        assert list(watched) == []
    first, last = events[0], events[-1]
    assert isinstance(first, Began)
    assert isinstance(last, Ended)
    assert last.result.verified, last.result.problems
    turns = [event.turn for event in events if isinstance(event, Decided)]
    assert turns == list(range(1, last.result.usage.turns + 1))
    kinds = [event.kind for event in events]
    assert kinds.count("acting") == kinds.count("acted") == last.result.usage.tool_calls
    for event in events:
        assert PROGRESS.validate_json(event.to_json()) == event
    nothing_is_left(repo)


@pytest.mark.parametrize("kind", ["began", "acted", "ended"])
def test_who_leaves_early_leaves_nothing_behind(repo: Path, state: Path, kind: str) -> None:
    with mlops_agent.watch(ASK, repo, options=OFFLINE) as watched:
        for event in watched:
            if event.kind == kind:
                break
    nothing_is_left(repo)
    [run] = list_runs()
    if kind == "ended":
        assert run.outcome == "report"
        return
    assert run.outcome == "interrupted"
    assert (run.folder / "report.json").is_file()
    if kind == "acted":
        assert command("resume", run.id, state=state).returncode == 0


def test_a_command_that_runs_is_stopped_at_once(repo: Path) -> None:
    driver = Scripted(turn(call(1, "Bash", command="sleep 100")), LEAVE)
    begun = time.monotonic()
    with mlops_agent.watch(ASK, repo, driver=driver) as watched:
        for event in watched:
            if event.kind == "acting":
                time.sleep(0.5)
                break
    assert time.monotonic() - begun < 50
    nothing_is_left(repo)


def test_who_does_not_look_at_all_interrupts_too(repo: Path) -> None:
    with mlops_agent.watch(ASK, repo, options=OFFLINE):
        pass
    nothing_is_left(repo)


def test_an_error_of_the_consumer_is_its_own(repo: Path) -> None:
    with (
        pytest.raises(ZeroDivisionError),
        mlops_agent.watch(ASK, repo, options=OFFLINE) as watched,
    ):
        for _ in watched:
            raise ZeroDivisionError
    nothing_is_left(repo)


def test_errors_of_the_run_are_raised_where_the_events_are_read(repo: Path) -> None:
    taken = RunOptions(driver="offline", delivery=Delivery(branch="main"))
    with (
        pytest.raises(BadInputError, match="main exists already"),
        mlops_agent.watch(ASK, repo, options=taken) as watched,
    ):
        list(watched)
    assert list_runs() == []


class Broken(Scripted):
    """Fails as an endpoint does, after a turn."""

    def decide(self, history: Sequence[Exchange]) -> Turn:
        if history:
            raise MlopsAgentError("it is gone")
        return super().decide(history)


def test_an_error_on_the_way_comes_after_the_events_before_it(repo: Path) -> None:
    seen: list[AnyProgress] = []
    driver = Broken(turn(call(1, "Glob", pattern="*")))
    with (
        pytest.raises(MlopsAgentError, match="it is gone"),
        mlops_agent.watch(ASK, repo, driver=driver) as watched,
    ):
        seen.extend(watched)
    assert isinstance(seen[-1], Ended)
    assert seen[-1].result.outcome == "stopped"
    assert describe_run(Path(seen[-1].result.journal).parent).outcome == "stopped"
    nothing_is_left(repo)


def test_a_caller_brings_a_driver_to_run(repo: Path) -> None:
    result = mlops_agent.run(ASK, repo, driver=Scripted(LEAVE))
    assert (result.driver, result.driver_why) == ("scripted", "given by the caller")
