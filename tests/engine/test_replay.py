"""A recorded run played back: the same, or the first difference by field."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine_lab import (
    ASK,
    FILES,
    WORKFLOW,
    Scripted,
    call,
    git,
    make_repository,
    patch_of,
    run_offline,
    run_scripted,
    turn,
)

from mlops_agent.contracts.progress import AnyProgress, Noted
from mlops_agent.contracts.report import RunResult
from mlops_agent.contracts.request import Request
from mlops_agent.drivers.replay import DivergenceError
from mlops_agent.engine.options import RunOptions
from mlops_agent.engine.progress import Watcher, silent
from mlops_agent.engine.running import run_request
from mlops_agent.journal.runs import list_runs

pytestmark = pytest.mark.sandbox


class Notes:
    """Keeps what the driver says at the end."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def __call__(self, event: AnyProgress) -> None:
        if isinstance(event, Noted):
            self.notes.append(event.text)


def replay(repo: Path, recorded: RunResult, notes: Watcher = silent) -> RunResult:
    options = RunOptions(driver="replay", recording=Path(recorded.journal))
    return run_request(recorded.request, repo, options, notes)


def test_a_run_is_replayed_with_its_tools_run_anew(repo: Path) -> None:
    recorded = run_offline(repo)
    notes = Notes()
    played = replay(repo, recorded, notes)
    assert played.verified, played.problems
    assert played.driver == "replay"
    assert played.run != recorded.run
    assert patch_of(played) == patch_of(recorded)
    note = notes.notes[-1]
    assert note.startswith("replayed 10 turns as recorded; blanked out: ")
    assert "output hash 2" in note


def test_it_plays_on_another_copy_of_the_repository(repo: Path, tmp_path: Path) -> None:
    recorded = run_offline(repo)
    twin = make_repository(tmp_path / "elsewhere" / "twin")
    assert replay(twin, recorded).verified


def test_another_repository_diverges_at_a_named_field(repo: Path) -> None:
    recorded = run_offline(repo)
    (repo / WORKFLOW).write_text(FILES[WORKFLOW].replace("|| true", "|| exit 0"))
    git(repo, "commit", "-aqm", "another fault")
    with pytest.raises(DivergenceError) as caught:
        replay(repo, recorded)
    told = str(caught.value)
    assert told.startswith("turn ")
    assert "differs: text: line" in told or "tree_hash" in told


def test_an_exit_code_that_changed_is_named(repo: Path) -> None:
    ends = [
        turn(call(1, "Bash", command="test -e marker")),
        turn(call(2, "NoChange", why="seen")),
    ]
    recorded = run_scripted(repo, Scripted(*ends))
    (repo / "marker").write_text("x")
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "marker")
    with pytest.raises(DivergenceError) as caught:
        replay(repo, recorded)
    assert "turn 1, call s1 (Bash) differs" in str(caught.value)
    assert "exit_code: recorded 1, now 0" in str(caught.value)


def test_a_difference_in_the_last_turn_is_seen(repo: Path) -> None:
    last = turn(
        call(1, "Bash", command="cat extra 2>/dev/null; true"), call(2, "NoChange", why="x")
    )
    recorded = run_scripted(repo, Scripted(last))
    (repo / "extra").write_text("something\n")
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "extra")
    with pytest.raises(DivergenceError, match="turn 1"):
        replay(repo, recorded)
    assert sorted(one.outcome for one in list_runs()) == ["no-change", "stopped"]


def test_seconds_and_places_do_not_count(repo: Path) -> None:
    said = turn(call(1, "Bash", command="date -u +%FT%T; echo took 0.$RANDOM s; mktemp -u"))
    recorded = run_scripted(repo, Scripted(said, turn(call(2, "NoChange", why="x"))))
    assert replay(repo, recorded).outcome == "no-change"


def test_a_recording_is_needed(repo: Path) -> None:
    from mlops_agent.errors import BadInputError

    with pytest.raises(BadInputError, match="needs a journal"):
        run_request(Request(text=ASK), repo, RunOptions(driver="replay"))
