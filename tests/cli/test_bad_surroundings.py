"""A machine that does not play along: closed streams, full disks, folders that are gone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from forked_commands import run_forked

from mlops_agent.cli.surroundings import advice_on

MAIN = f"{sys.executable} -m mlops_agent.cli.main"
REPORTS = Path(__file__).resolve().parents[1] / "contracts"
REQUEST = "Make a failing evaluation stop the promotion."


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run(["git", *identity, "-C", folder, *arguments], check=True, capture_output=True)


def make_repository(folder: Path) -> Path:
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / "train.py").write_text("import mlflow\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "one")
    return folder


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repo")


def surroundings(folder: Path) -> dict[str, str]:
    return {**os.environ, "XDG_STATE_HOME": str(folder.parent / "state")}


def shell(script: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line of shell in which $MAIN is the program."""
    environment = {**surroundings(folder), **variables}
    argv = ["bash", "-c", script.replace("$MAIN", MAIN)]
    return subprocess.run(argv, cwd=folder, env=environment, capture_output=True, check=False)


def refused(folder: Path, *words: str) -> str:
    """What the program complains of, where nothing hangs on how its process was started."""
    done = run_forked(*words, environment=surroundings(folder), folder=folder)
    return complaint(done.returncode, done.stderr)


def one_line(done: subprocess.CompletedProcess[bytes]) -> str:
    return complaint(done.returncode, done.stderr.decode(errors="replace"))


def complaint(code: int, told: str) -> str:
    """What was complained of: one line and perhaps a hint, with exit 2."""
    said = told.strip()
    assert code == 2, said
    assert len(said.splitlines()) <= 2
    assert said.startswith("mlops-agent: ")
    return said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("command", ["map", "audit --format json", "explain"])
@pytest.mark.fault("F3")
def test_standard_output_on_a_full_disk(repo: Path, command: str) -> None:
    assert "No space left" in one_line(shell(f"$MAIN {command} > /dev/full", repo))


def test_a_reader_that_goes_away_is_no_error(repo: Path) -> None:
    done = shell("$MAIN map -v | true; exit ${PIPESTATUS[0]}", repo)
    assert (done.returncode, done.stderr) == (0, b"")


def test_closed_streams(repo: Path) -> None:
    assert shell("$MAIN map >&- 2>&-", repo).returncode == 0
    assert "the request is empty" in one_line(shell("$MAIN run - <&-", repo))


def test_an_output_that_cannot_be_written(repo: Path) -> None:
    assert "cannot write" in one_line(shell("$MAIN map --output missing/map.txt", repo))


def test_a_current_folder_that_is_gone(repo: Path) -> None:
    script = f"mkdir gone && cd gone && rmdir ../gone && $MAIN run '{REQUEST}'"
    assert "folder is gone" in one_line(shell(script, repo))


@pytest.mark.sandbox
def test_a_state_folder_that_is_a_file(repo: Path) -> None:
    said = one_line(shell(f"$MAIN run '{REQUEST}'", repo, XDG_STATE_HOME=str(repo / "train.py")))
    assert "Not a directory" in said
    assert "XDG_STATE_HOME" in said


def test_requests_that_are_no_text(repo: Path) -> None:
    assert "not UTF-8" in one_line(shell(r"$MAIN run $'make \xff stop'", repo))
    assert "not UTF-8" in one_line(shell(r"printf '\xff\xfe' | $MAIN run -", repo))
    assert "larger than" in one_line(shell("head -c 2000000 /dev/zero | $MAIN run -", repo))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: &a [x]\nb: [*a, *a]\n", "aliases"),
        ("a: " + "[" * 5000 + "]" * 5000, "nested deeper"),
        ("a: 2024-13-45", "read as YAML or JSON"),
        ("a: " + "9" * 5000, "read as YAML or JSON"),
        ("a: [b]", "no plain text"),
    ],
)
def test_answers_that_cannot_be_used(repo: Path, text: str, told: str) -> None:
    (repo / "answers").write_text(text)
    assert told in refused(repo, "run", REQUEST, "--answers", "answers")


def test_what_a_terminal_would_obey_is_spelled_out(repo: Path) -> None:
    (repo / "mlops-agent.yaml").write_text('"\\e[2Jx\\ny": 1\n')
    said = refused(repo, "map")
    assert r"\x1b[2Jx\x0ay" in said


def test_only_failures_of_the_machine_are_explained_away() -> None:
    assert advice_on(FileNotFoundError(2, "No such file or directory", "/a")) is None
    assert advice_on(OSError(28, "No space left on device", "/a")) is not None


@pytest.mark.parametrize(
    "words",
    [
        "check pipe",
        "check folder",
        "run --driver replay --journal pipe",
        "run --request pipe",
        "run @pipe",
        "run text --answers pipe",
        "resume x --answers pipe",
    ],
)
def test_a_pipe_is_refused_and_not_waited_for(repo: Path, words: str) -> None:
    (repo / "folder").mkdir()
    (repo / "folder" / "report.json").write_text((REPORTS / "run.json").read_text())
    os.mkfifo(repo / "pipe")
    os.mkfifo(repo / "folder" / "journal.jsonl")
    # What would wait for a writer is ended by a signal, which is not exit code 2.
    refused(repo, *words.split())


def test_a_pipe_among_the_runs_is_listed_as_unreadable(repo: Path) -> None:
    run = repo.parent / "state" / "mlops-agent" / "runs" / "20260101-000000-abcd"
    run.mkdir(parents=True)
    os.mkfifo(run / "journal.jsonl")
    done = shell("timeout 60 $MAIN runs", repo)
    assert (done.returncode, b"unreadable" in done.stdout) == (0, True)
