"""Runs: where they live, how they are named, found and listed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from forked_commands import run_forked

from mlops_agent.contracts.journal import RunEnded, RunStarted
from mlops_agent.contracts.report import Base, Isolation
from mlops_agent.contracts.request import Request
from mlops_agent.errors import BadInputError
from mlops_agent.journal.reading import JOURNAL
from mlops_agent.journal.runs import (
    create_run_folder,
    describe_run,
    find_run,
    list_runs,
    new_run_id,
    runs_folder,
    state_folder,
)
from mlops_agent.journal.writing import Journal


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path


def start(folder: Path, text: str = "pin the data") -> Journal:
    journal = Journal.create(folder)
    journal.append(
        RunStarted,
        run=folder.name,
        version="0",
        repository="/somewhere",
        request=Request(text=text),
        base=Base(commit="c" * 40),
        driver="offline",
        driver_why="",
        isolation=Isolation(kind="bubblewrap", network=False, detail=""),
    )
    return journal


def test_the_state_folder_follows_xdg(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert state_folder() == state / "mlops-agent"
    monkeypatch.setenv("XDG_STATE_HOME", "relative/is/ignored")
    usual = Path.home() / ".local" / "state" / "mlops-agent"
    assert state_folder() == usual.resolve()


def test_the_state_folder_is_told_by_its_real_path(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = state / "link"
    (state / "real").mkdir()
    link.symlink_to("real")
    monkeypatch.setenv("XDG_STATE_HOME", str(link))
    folder = create_run_folder()
    assert folder.resolve() == folder
    assert folder.parent == state / "real" / "mlops-agent" / "runs"


def test_a_state_folder_that_links_to_itself_is_no_crash(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (state / "round").symlink_to("round")
    monkeypatch.setenv("XDG_STATE_HOME", str(state / "round"))
    with pytest.raises(OSError, match="Too many levels of symbolic links"):
        create_run_folder()


def test_a_run_folder_is_private_and_named_by_time() -> None:
    folder = create_run_folder()
    assert re.fullmatch(r"\d{8}-\d{6}-[0-9a-f]{4}", folder.name)
    assert folder.parent == runs_folder()
    assert folder.stat().st_mode & 0o077 == 0
    assert len({new_run_id() for _ in range(20)}) > 15


def test_each_outcome_is_told(state: Path) -> None:
    ended, cut, live, broken = (runs_folder() / f"20260101-00000{n}-aaaa" for n in range(4))
    with start(ended) as journal:
        journal.append(RunEnded, outcome="no-change", why="nothing fits")
    start(cut).close()
    running = start(live)
    broken.mkdir()
    (broken / JOURNAL).write_text("not a journal\n")
    assert [(entry.id, entry.outcome) for entry in list_runs()] == [
        (broken.name, "unreadable"),
        (live.name, "running"),
        (cut.name, "interrupted"),
        (ended.name, "no-change"),
    ]
    running.close()
    assert describe_run(live).outcome == "interrupted"
    assert describe_run(ended).request == "pin the data"


def test_a_run_is_found_by_id_or_unique_beginning() -> None:
    for name in ("20260101-000000-aaaa", "20260101-000000-aaab", "20260102-000000-aaaa"):
        (runs_folder() / name).mkdir(parents=True)
    assert find_run("20260102").name == "20260102-000000-aaaa"
    assert find_run("20260101-000000-aaaa").name == "20260101-000000-aaaa"
    with pytest.raises(BadInputError, match="2 runs begin"):
        find_run("20260101")
    for unknown in ("2027", "", "../.."):
        with pytest.raises(BadInputError, match="no run"):
            find_run(unknown)


def test_the_command_lists_runs_as_text_and_json(state: Path) -> None:
    folder = runs_folder() / "20260101-000000-aaaa"
    with start(folder, "make\nthe gate " + "long " * 40) as journal:
        journal.append(RunEnded, outcome="report", why="")
    text = command()
    assert text.startswith("20260101-000000-aaaa  report       make the gate long")
    assert len(text.splitlines()) == 1
    (listed,) = json.loads(command("--format", "json"))["runs"]
    assert (listed["id"], listed["outcome"]) == ("20260101-000000-aaaa", "report")
    assert listed["folder"] == str(folder)


def command(*arguments: str) -> str:
    done = run_forked("runs", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout
