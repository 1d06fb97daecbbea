"""F3, F4, F5: a full disk, a read-only one, a file that may not be changed."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from children import as_nobody, read_only, small_disk, with_mounts
from engine_lab import ASK, WORKFLOW, git

from mlops_agent.contracts.journal import CallStarted
from mlops_agent.contracts.request import Request
from mlops_agent.engine.options import Delivery, RunOptions
from mlops_agent.engine.running import run_request
from mlops_agent.errors import BadInputError, MlopsAgentError
from mlops_agent.journal.reading import read_journal
from mlops_agent.journal.writing import Journal
from mlops_agent.workspace.files import write_file


def in_repository(repo: Path) -> dict[str, bytes | str]:
    """What a run must leave as it was: files, index, refs, configuration, status."""
    kept: dict[str, bytes | str] = {"status": git(repo, "status", "--porcelain", "--ignored")}
    for file in sorted(repo.rglob("*")):
        name = file.relative_to(repo).as_posix()
        if file.is_file() and not name.startswith(".git/objects/"):
            kept[name] = file.read_bytes()
    return kept


@pytest.mark.fault("F3")
def test_a_full_disk_tears_neither_a_file_nor_the_journal(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()

    def fill() -> list[object]:
        (disk / "root").mkdir()
        write_file(disk / "root", "file", b"old", disk / "scratch")
        try:
            write_file(disk / "root", "file", b"x" * 400_000, disk / "scratch")
        except BadInputError as error:
            said = str(error)
        left = [len(list((disk / "scratch").iterdir())), (disk / "root" / "file").read_text()]
        written = 0
        with Journal.create(disk / "run") as journal:
            try:
                while True:
                    journal.append(CallStarted, call="c" * 60)
                    written += 1
            except OSError as error:
                number = error.errno
        whole = len(read_journal(disk / "run"))
        (disk / "root" / "file").unlink()
        with Journal.open(disk / "run") as journal:
            journal.append(CallStarted, call="again")
        return [said, *left, number, written, whole, len(read_journal(disk / "run"))]

    said, scratch, text, number, written, whole, after = with_mounts(
        lambda: small_disk(disk, 200), fill
    )
    assert "No space left on device" in said
    assert (scratch, text) == (0, "old")
    assert number == errno.ENOSPC
    assert written > 10
    assert whole == written
    assert after == written + 1


@pytest.mark.sandbox
@pytest.mark.fault("F3", "F4")
@pytest.mark.skipif(os.geteuid() != 0, reason="a run within mounts of one's own needs root")
@pytest.mark.parametrize("room", [0, 140])
def test_a_run_without_room_for_its_state_leaves_the_repository_alone(
    room: int, repo: Path, state: Path
) -> None:
    before = in_repository(repo)
    state.mkdir()
    options = RunOptions(driver="offline", delivery=Delivery(apply=True))

    def attempt() -> str:
        try:
            result = run_request(Request(text=ASK), repo, options)
        except OSError as error:
            return f"OSError {errno.errorcode[error.errno or 0]}"
        except MlopsAgentError as error:
            return str(error)
        return f"{result.outcome} {result.verified}"

    mount = (lambda: small_disk(state, room)) if room else (lambda: read_only(state))
    said = with_mounts(mount, attempt)
    assert any(word in said for word in ("No space", "ENOSPC", "write", "EROFS", "Read-only")), said
    assert "\n" not in said
    assert in_repository(repo) == before
    assert not (repo / ".git" / "worktrees").exists()


@pytest.mark.sandbox
@pytest.mark.fault("F4")
@pytest.mark.skipif(os.geteuid() != 0, reason="a run within mounts of one's own needs root")
def test_a_change_that_can_not_be_applied_is_kept_in_the_run(repo: Path, state: Path) -> None:
    before = in_repository(repo)
    options = RunOptions(driver="offline", delivery=Delivery(apply=True))
    said = with_mounts(
        lambda: read_only(repo / ".github"),
        lambda: run_request(Request(text=ASK), repo, options).outcome,
    )
    assert WORKFLOW in said
    assert "can't be changed" in said
    assert "all is as it was" in said
    assert in_repository(repo) == before
    [run] = (state / "mlops-agent" / "runs").iterdir()
    assert b"|| true" in (run / "change.patch").read_bytes()


@pytest.mark.fault("F5")
def test_what_may_not_be_changed_is_named_and_stays(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "locked").mkdir(parents=True)
    (root / "locked" / "file").write_text("old")
    (root / "locked").chmod(0o555)
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o011)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    scratch.chmod(0o777)

    def attempt() -> list[str]:
        said: list[str] = []
        for path in ("locked/file", "locked/new/file"):
            try:
                write_file(root, path, b"new", scratch)
            except BadInputError as error:
                said.append(str(error))
        return said

    said = as_nobody(attempt)
    assert [one.rpartition(": ")[2] for one in said] == ["Permission denied"] * 2
    assert "locked/file can't be written" in said[0]
    assert (root / "locked" / "file").read_text() == "old"
    assert list(scratch.iterdir()) == []
