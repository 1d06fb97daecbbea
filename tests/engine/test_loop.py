"""The loop, driven by scripted drivers: bad calls, order, limits, circles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from engine_lab import LEAVE, WORKFLOW, Scripted, call, journal_of, run_scripted, turn

from mlops_agent.contracts.journal import CallFinished, CallStarted, RunEnded, TurnDecided
from mlops_agent.engine.limits import Limits
from mlops_agent.errors import BadInputError
from mlops_agent.journal.runs import list_runs

pytestmark = pytest.mark.sandbox


def test_an_unknown_tool_is_told_with_the_tools_that_there_are(repo: Path) -> None:
    driver = Scripted(turn(call(1, "Serch", pattern="x")), LEAVE)
    run_scripted(repo, driver)
    [bad, _] = driver.results()
    assert not bad.ok
    assert bad.text.startswith("there is no tool 'Serch'; the tools are: Ask, Bash, Declare, Edit")


def test_a_wrong_input_names_each_field(repo: Path) -> None:
    driver = Scripted(turn(call(1, "Edit", path=7, old="a")), LEAVE)
    run_scripted(repo, driver)
    bad = driver.results()[0]
    assert not bad.ok
    assert "- path: Input should be a valid string" in bad.text
    assert "- new: Field required" in bad.text


def test_three_unusable_turns_in_a_row_end_the_run(repo: Path) -> None:
    driver = Scripted(
        turn(call(1, "Nope")), turn(), turn(call(3, "Read")), turn(call(4, "Glob", pattern="*"))
    )
    result = run_scripted(repo, driver)
    assert result.outcome == "stopped"
    assert "3 turns that can't be used" in result.why
    assert len(driver.seen) == 3


def test_a_good_turn_between_bad_ones_starts_the_count_again(repo: Path) -> None:
    bad = turn(call("b", "Nope"))
    good = turn(call("g", "Glob", pattern="*.md"))
    turns = [
        turn(call(n, "Nope")) if n not in (2, 5) else turn(call(n, "Glob", pattern=f"*{n}"))
        for n in range(7)
    ]
    assert bad != good
    assert run_scripted(repo, Scripted(*turns, LEAVE)).outcome == "no-change"


def test_a_turn_is_on_disk_before_its_calls_act(repo: Path) -> None:
    driver = Scripted(turn(call(1, "Read", path="README.md")), LEAVE)
    events = journal_of(run_scripted(repo, driver))
    kinds = [type(event) for event in events[1:]]
    once = [TurnDecided, CallStarted, CallFinished]
    assert kinds == [*once, *once, RunEnded]


def test_reading_calls_run_side_by_side_and_answer_in_order(repo: Path) -> None:
    paths = ["README.md", WORKFLOW, "src/train.py", "src/evaluate.py"]
    calls = [call(number, "Read", path=path) for number, path in enumerate(paths)]
    driver = Scripted(turn(*calls), LEAVE)
    events = journal_of(run_scripted(repo, driver))
    started = [event.call for event in events if isinstance(event, CallStarted)]
    finished = [event.result.call for event in events if isinstance(event, CallFinished)]
    assert started == finished == ["s0", "s1", "s2", "s3", "send"]
    # All four begin before the first is through: they were one batch.
    order = [type(event) for event in events[2:10]]
    assert order == [CallStarted] * 4 + [CallFinished] * 4


def test_a_writing_call_waits_for_those_before_and_holds_those_after(repo: Path) -> None:
    calls = [
        call(1, "Bash", command="cat README.md; sleep 0.2; echo two > README.md"),
        call(2, "Read", path="README.md"),
        call(3, "Bash", command="echo three > README.md"),
        call(4, "Read", path="README.md"),
    ]
    driver = Scripted(turn(*calls), LEAVE)
    run_scripted(repo, driver)
    first, second, _, fourth = driver.results()[:4]
    assert "A model." in first.text
    assert "two" in second.text
    assert "three" in fourth.text


def test_calls_after_an_ending_one_are_not_made(repo: Path) -> None:
    both = turn(call(1, "NoChange", why="enough"), call(2, "Bash", command="echo no > late.txt"))
    events = journal_of(run_scripted(repo, Scripted(both)))
    assert [event.call for event in events if isinstance(event, CallStarted)] == ["s1"]


def test_the_tree_after_each_call_is_recorded(repo: Path) -> None:
    driver = Scripted(
        turn(call(1, "Glob", pattern="*")), turn(call(2, "Bash", command="echo x > new.txt")), LEAVE
    )
    run_scripted(repo, driver)
    before, after, end = driver.results()
    assert before.tree_hash
    assert after.tree_hash != before.tree_hash
    assert end.tree_hash == after.tree_hash


def looping(*commands: str) -> Scripted:
    def decide_next(number: int, command: str) -> object:
        return turn(call(number, "Bash", command=command))

    turns = [decide_next(n, commands[n % len(commands)]) for n in range(40)]
    return Scripted(*turns)  # type: ignore[arg-type]


def test_the_same_call_with_the_same_result_is_nudged_then_stopped(repo: Path) -> None:
    driver = looping("echo same")
    result = run_scripted(repo, driver)
    assert result.outcome == "stopped"
    assert "repeats Bash" in result.why
    texts = [event.result.text for event in journal_of(result) if isinstance(event, CallFinished)]
    assert ["the same call gave the same result" in text for text in texts] == [
        False, False, True, True, False,
    ]  # fmt: skip


def test_going_to_and_fro_is_stopped(repo: Path) -> None:
    result = run_scripted(repo, looping("echo one", "echo two"))
    assert result.outcome == "stopped"
    assert result.usage.tool_calls == 6


def test_a_poll_whose_answer_changes_is_not_stuck(repo: Path) -> None:
    polls = [turn(call(n, "Bash", command="date +%N > t; cat t")) for n in range(8)]
    assert run_scripted(repo, Scripted(*polls, LEAVE)).outcome == "no-change"


def test_the_turn_limit_stops_before_the_next_request(repo: Path) -> None:
    turns = [turn(call(n, "Glob", pattern=f"{n}*")) for n in range(9)]
    driver = Scripted(*turns)
    result = run_scripted(repo, driver, limits=Limits(turns=4))
    assert result.outcome == "stopped"
    assert result.why == "the limit of 4 turns is reached"
    assert len(driver.seen) == 4


def test_tool_seconds_stop_the_next_tool(repo: Path) -> None:
    sleeps = turn(*(call(n, "Bash", command=f"sleep 0.3; echo {n}") for n in range(5)))
    result = run_scripted(repo, Scripted(sleeps), limits=Limits(tool_seconds=0.5))
    assert result.outcome == "stopped"
    # One where starting a command takes longer than the sleep.
    assert result.usage.tool_calls in (1, 2)


def test_minutes_stop_the_run(repo: Path) -> None:
    turns = [turn(call(n, "Bash", command=f"sleep 0.3; echo {n}")) for n in range(20)]
    result = run_scripted(repo, Scripted(*turns), limits=Limits(minutes=1 / 60))
    assert result.outcome == "stopped"
    assert result.usage.tool_calls < 20


def test_a_stopped_run_keeps_report_patch_and_trees(repo: Path) -> None:
    driver = Scripted(
        turn(call(1, "Bash", command="echo changed > README.md")),
        turn(call(2, "Bash", command="true")),
    )
    result = run_scripted(repo, driver, limits=Limits(turns=1))
    folder = Path(result.journal).parent
    assert "+changed" in (folder / "change.patch").read_text()
    assert json.loads((folder / "report.json").read_text())["outcome"] == "stopped"
    assert "limit of 1 turns" in (folder / "report.md").read_text()
    assert not (folder / "worktree").exists()


def test_what_a_driver_raises_ends_the_run_in_order(repo: Path) -> None:
    def give_up(_history: object) -> object:
        raise BadInputError("cannot go on")

    with pytest.raises(BadInputError, match="cannot go on"):
        run_scripted(repo, Scripted(give_up))  # type: ignore[arg-type]


def test_a_fault_of_a_driver_leaves_nothing_in_the_repository(repo: Path) -> None:
    def break_down(_history: object) -> object:
        raise ZeroDivisionError("of ours")

    with pytest.raises(ZeroDivisionError):
        run_scripted(repo, Scripted(break_down))  # type: ignore[arg-type]
    assert not (repo / ".git" / "worktrees").exists()
    [run] = list_runs()
    assert json.loads((run.folder / "report.json").read_text())["why"] == "of ours"
