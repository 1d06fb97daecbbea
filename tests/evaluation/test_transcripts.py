"""Committed transcripts play back, and what keeps one from it is named."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from forked_commands import run_forked

from mlops_agent.cli.run_report import exit_code
from mlops_agent.contracts.evaluation import PlayedTranscript
from mlops_agent.contracts.journal import Prompted, TurnDecided
from mlops_agent.drivers.differences import DivergenceError
from mlops_agent.errors import BadInputError
from mlops_agent.evaluation.fixtures import commit_fixture
from mlops_agent.evaluation.places import left_over
from mlops_agent.evaluation.playing import play_all
from mlops_agent.evaluation.recording import record, renew
from mlops_agent.evaluation.replaying import replay
from mlops_agent.evaluation.sealing import check_requests, sealed
from mlops_agent.evaluation.transcripts import load_transcript, load_transcripts
from mlops_agent.journal.reading import read_journal

PROJECT = Path(__file__).resolve().parents[2]
TRANSCRIPTS = PROJECT / "evals" / "transcripts"
CHURN = PROJECT / "examples" / "churn"
NAMES = sorted(folder.name for folder in TRANSCRIPTS.iterdir() if folder.is_dir())
ASKED = NAMES[::-1]

pytestmark = pytest.mark.sandbox


def command(*arguments: str, folder: Path = TRANSCRIPTS) -> subprocess.CompletedProcess[str]:
    return run_forked("eval", *arguments, "--folder", str(folder))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with one small transcript, to be spoilt."""
    shutil.copytree(CHURN, tmp_path / "churn")
    folder = tmp_path / "transcripts" / "churn-scripted"
    shutil.copytree(TRANSCRIPTS / "churn-scripted", folder)
    about = folder / "transcript.toml"
    about.write_text(about.read_text().replace("../../../examples/churn", "../../churn"))
    return folder


@pytest.fixture(scope="module")
def played() -> list[PlayedTranscript]:
    """All of them, by two workers: long ones before short ones, which are over first."""
    return list(play_all(load_transcripts(TRANSCRIPTS, ASKED), 2, exit_code))


@pytest.mark.parametrize("name", NAMES)
def test_it_plays_back_as_recorded(name: str, played: list[PlayedTranscript]) -> None:
    now = played[ASKED.index(name)]
    assert now.divergence == ""
    expected = load_transcript(TRANSCRIPTS / name).about.expected
    assert (now.outcome, now.turns) == (expected.outcome, expected.turns)


def test_workers_play_in_the_order_asked_for(played: list[PlayedTranscript]) -> None:
    assert [one.name for one in played] == ASKED


def test_a_place_that_the_repository_names_itself_is_not_the_machines(tmp_path: Path) -> None:
    (tmp_path / "deploy.sh").write_text("rsync model /mnt/store/\n")
    told = 'rsync model /mnt/store/v1\\n" "/root/secret/key"'
    assert left_over(told, tmp_path) == ["/root/secret/key"]


@pytest.mark.parametrize("name", NAMES)
def test_it_names_no_place_of_a_machine_and_holds_its_requests(name: str) -> None:
    journal = TRANSCRIPTS / name / "journal.jsonl"
    files = load_transcript(TRANSCRIPTS / name).repository
    assert left_over(journal.read_text(), files) == []
    events = read_journal(journal)
    check_requests(events)
    assert sealed(events) == journal.read_bytes()


def test_they_are_listed() -> None:
    done = command("list", "--format", "json")
    listed = json.loads(done.stdout)
    assert [one["name"] for one in listed["transcripts"]] == NAMES
    assert "churn-offline" in command("list").stdout


def test_another_repository_ends_with_1_and_names_the_field(copy: Path) -> None:
    workflow = copy.parents[1] / "churn" / ".github" / "workflows" / "train.yml"
    workflow.write_text(workflow.read_text().replace("name: Evaluate", "name: Assess"))
    done = command("replay", "--format", "json", folder=copy.parent)
    assert done.returncode == 1, done.stderr
    [played] = json.loads(done.stdout)["transcripts"]
    assert played["outcome"] == "diverged"
    assert (
        "turn 1: the request is another one in its messages: message 1 (user)"
        in (played["divergence"])
    )
    text = command("replay", folder=copy.parent)
    assert text.returncode == 1
    assert "DIVERGED  turn 1: " in text.stdout


def test_another_expectation_is_a_divergence(copy: Path) -> None:
    about = copy / "transcript.toml"
    about.write_text(about.read_text().replace("verified = true", "verified = false"))
    played = replay(load_transcript(copy), exit_code)
    assert played.divergence == "expected.verified: recorded False, now True"


def test_a_changed_line_of_the_journal_is_bad_input(copy: Path) -> None:
    journal = copy / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b'"turn":2', b'"turn":7', 1))
    done = command("replay", folder=copy.parent)
    assert done.returncode == 2
    assert "is broken at line" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("turns = 11", "turns = -1", "expected.turns: Input should be greater"),
        ("provenance", "provenience", "provenance: Field required"),
        ("../../churn", "../../gone", "there is no "),
        ("[expected]", "[expected", "can't be read"),
    ],
)
def test_a_mistake_in_its_description_is_one_line(
    copy: Path, old: str, new: str, told: str
) -> None:
    about = copy / "transcript.toml"
    about.write_text(about.read_text().replace(old, new))
    done = command("replay", folder=copy.parent)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert len(done.stderr.splitlines()) <= 2


def test_names_and_folders_that_are_not_there_are_bad_input(tmp_path: Path) -> None:
    assert command("replay", "nothing").returncode == 2
    assert "holds no transcript 'nothing'" in command("replay", "nothing").stderr
    assert "holds no transcripts" in command("list", folder=tmp_path).stderr


def test_a_fixture_has_the_same_commit_everywhere(tmp_path: Path) -> None:
    first = commit_fixture(CHURN, tmp_path / "one")
    (tmp_path / "elsewhere").mkdir()
    assert commit_fixture(CHURN, tmp_path / "elsewhere" / "two") == first
    with pytest.raises(BadInputError, match="is there already"):
        commit_fixture(CHURN, tmp_path / "one")


def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    from mlops_agent.contracts.request import Request
    from mlops_agent.engine.options import RunOptions
    from mlops_agent.engine.running import run_request

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    commit_fixture(CHURN, tmp_path / "repo")
    asked = Request(text="Fix REP001 at requirements.txt")
    result = run_request(asked, tmp_path / "repo", RunOptions(driver="offline"))
    return Path(result.journal).parent


def test_a_run_becomes_a_transcript(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = offline(tmp_path, monkeypatch)
    folder = tmp_path / "transcripts" / "mine"
    files = os.path.relpath(CHURN, folder)
    played = record(run, folder, files, "by the offline driver", {"anthropic": "9"}, exit_code)
    assert played.divergence == ""
    journal = (folder / "journal.jsonl").read_text()
    assert str(tmp_path) not in journal
    assert sys.prefix not in journal
    assert "anthropic" not in load_transcript(folder).about.versions
    with pytest.raises(BadInputError, match="is there already"):
        record(run, folder, files, "again", {}, exit_code)


def test_a_run_on_other_files_becomes_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = offline(tmp_path, monkeypatch)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "README.md").write_text("Nothing.\n")
    folder = tmp_path / "transcripts" / "mine"
    with pytest.raises(DivergenceError, match="does not replay"):
        record(run, folder, "../../other", "by the offline driver", {}, exit_code)
    assert not folder.exists()


def test_requests_of_other_texts_are_renewed_with_their_replies_kept(copy: Path) -> None:
    events = read_journal(copy / "journal.jsonl")
    journal = copy / "journal.jsonl"
    older = [
        event.model_copy(
            update={"prompt": event.prompt.model_copy(update={"system": "You are older."})}
        )
        if isinstance(event, Prompted)
        else event
        for event in events
    ]
    journal.write_bytes(sealed(older))
    # Its digests are of today's texts, so only the renewed journal is sound again.
    with pytest.raises(BadInputError, match="does not hold the request that was sent"):
        check_requests(read_journal(journal))
    renewed: PlayedTranscript = renew(copy, date(2026, 12, 1), exit_code)
    assert renewed.divergence == ""
    assert load_transcript(copy).about.renewed == date(2026, 12, 1)
    now = read_journal(journal)
    check_requests(now)
    assert [one.text for one in now if isinstance(one, TurnDecided)] == [
        one.text for one in events if isinstance(one, TurnDecided)
    ]


def test_a_run_that_would_do_something_else_is_not_renewed(copy: Path) -> None:
    workflow = copy.parents[1] / "churn" / ".github" / "workflows" / "train.yml"
    workflow.write_text(workflow.read_text() + "# a line more\n")
    before = (copy / "journal.jsonl").read_bytes()
    with pytest.raises(DivergenceError, match="the run does something else"):
        renew(copy, date(2026, 12, 1), exit_code)
    assert (copy / "journal.jsonl").read_bytes() == before
