"""A stamp tells every change that a git tree would, and says nothing where times can't tell."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mlops_agent.workspace import stamp as stamps
from mlops_agent.workspace.stamp import stamp

WAIT = stamps.SETTLED_NS / 1e9 + 0.1


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Gives a folder for each kind of change; all of them were last written a while ago."""
    root = tmp_path_factory.mktemp("stamped")
    for kind in CHANGES:
        (root / kind / "deep").mkdir(parents=True)
        (root / kind / "a.txt").write_text("one\n")
        (root / kind / "deep" / "b.txt").write_text("two\n")
        (root / kind / "link").symlink_to("a.txt")
    time.sleep(WAIT)
    return lambda kind: root / kind


def _same_size_same_time(folder: Path) -> None:
    file = folder / "deep" / "b.txt"
    before = file.stat()
    with file.open("r+") as opened:
        opened.write("TWO")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def _replaced(folder: Path) -> None:
    (folder / "new").write_text("one\n")
    (folder / "new").rename(folder / "a.txt")


CHANGES: dict[str, Callable[[Path], object]] = {
    "none": lambda folder: (folder / "a.txt").read_text(),
    "same size and time": _same_size_same_time,
    "replaced": _replaced,
    "new file": lambda folder: (folder / "deep" / "c").touch(),
    "gone": lambda folder: (folder / "a.txt").unlink(),
    "mode": lambda folder: (folder / "a.txt").chmod(0o755),
    "moved": lambda folder: (folder / "deep").rename(folder / "deeper"),
    "new link": lambda folder: (folder / "other").symlink_to("a.txt"),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_shows(settled: Callable[[str], Path], kind: str) -> None:
    folder = settled(kind)
    before = stamp(folder)
    assert before is not None
    assert {entry[0] for entry in before} == {str(path) for path in folder.rglob("*")}
    CHANGES[kind](folder)
    assert (stamp(folder) == before) is (kind == "none")


def test_what_was_written_just_now_has_no_stamp(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one\n")
    assert stamp(tmp_path) is None


def test_a_folder_that_is_gone_has_no_stamp(tmp_path: Path) -> None:
    assert stamp(tmp_path / "nowhere") is None
