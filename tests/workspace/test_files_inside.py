"""Reading and writing inside a folder: atomic, exact, and never out of it."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from mlops_agent.errors import BadInputError
from mlops_agent.workspace.files import (
    PathRefusedError,
    parts_of,
    read_file,
    remove_file,
    write_file,
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    (tmp_path / "secret").write_text("secret")
    return folder


def write(root: Path, path: str, data: bytes = b"new") -> None:
    write_file(root, path, data, root.parent / "scratch")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../secret",
        "a/../../secret",
        ".git/hooks/x",
        "sub/.GIT/config",
        "a\0b",
        "d/",
    ],
)
def test_paths_out_of_the_root_or_into_git_are_refused(root: Path, path: str) -> None:
    with pytest.raises(PathRefusedError):
        parts_of(path)
    with pytest.raises(PathRefusedError):
        write(root, path)
    with pytest.raises(PathRefusedError):
        read_file(root, path)


def test_a_name_like_git_is_fine() -> None:
    assert parts_of(".gitignore") == (".gitignore",)
    assert parts_of(".github/workflows/ci.yml")[0] == ".github"


@pytest.mark.parametrize("target", ["../secret", "/etc/passwd", "loop"])
@pytest.mark.fault("F15")
def test_links_out_are_neither_read_nor_written(root: Path, target: str) -> None:
    (root / "loop").symlink_to(target)
    with pytest.raises((PathRefusedError, FileNotFoundError)):
        read_file(root, "loop")
    with pytest.raises(PathRefusedError, match="symbolic link"):
        write(root, "loop")
    assert (root.parent / "secret").read_text() == "secret"


def test_folders_that_are_links_are_not_passed(root: Path) -> None:
    outside = root.parent / "outside"
    outside.mkdir()
    (root / "out").symlink_to("../outside")
    (root / "real").mkdir()
    (root / "in").symlink_to("real")
    for path in ("out/x", "in/x"):
        with pytest.raises(PathRefusedError, match="real path"):
            write(root, path)
        with pytest.raises(PathRefusedError):
            remove_file(root, path)
    assert list(outside.iterdir()) == []


def test_a_link_inside_is_read(root: Path) -> None:
    (root / "a").write_text("a")
    (root / "link").symlink_to("a")
    assert read_file(root, "link") == b"a"
    (root / "git").symlink_to(".git")
    (root / ".git").write_text("gitdir: elsewhere")
    with pytest.raises(PathRefusedError, match=r"\.git"):
        read_file(root, "git")


@pytest.mark.fault("F17")
def test_what_is_no_plain_file_is_refused_at_once(root: Path) -> None:
    os.mkfifo(root / "fifo")
    (root / "folder").mkdir()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(root / "socket"))
    for name, kind in (("fifo", "FIFO"), ("folder", "folder"), ("socket", "socket")):
        with pytest.raises(BadInputError, match=kind):
            write(root, name)
        with pytest.raises(PathRefusedError):
            read_file(root, name)
    listener.close()


@pytest.mark.fault("F16")
def test_modes_stay_and_hard_links_are_parted(root: Path) -> None:
    (root / "run.sh").write_text("old")
    (root / "run.sh").chmod(0o750)
    os.link(root / "run.sh", root.parent / "twin")
    write(root, "run.sh")
    assert (root / "run.sh").stat().st_mode & 0o777 == 0o750
    assert (root.parent / "twin").read_text() == "old"
    write(root, "a/b/c.txt", b"\xef\xbb\xbfx\r\n")
    assert (root / "a/b/c.txt").read_bytes() == b"\xef\xbb\xbfx\r\n"
    assert (root / "a/b/c.txt").stat().st_mode & 0o777 == 0o644


@pytest.mark.fault("F3")
def test_a_full_disk_leaves_the_file_as_it_was(root: Path) -> None:
    write(root, "file", b"old")

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    done = subprocess.run(
        [sys.executable, "-c", WRITE_BIG, str(root)], preexec_fn=limit,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "can't write" in done.stdout, done.stderr
    assert (root / "file").read_bytes() == b"old"
    assert sorted(path.name for path in root.iterdir()) == ["file"]
    assert list((root.parent / "scratch").iterdir()) == []


WRITE_BIG = """
import sys
from pathlib import Path
from mlops_agent.errors import BadInputError
from mlops_agent.workspace.files import write_file
root = Path(sys.argv[1])
try:
    write_file(root, "file", b"x" * 100_000, root.parent / "scratch")
except BadInputError as error:
    print(error)
"""

WRITE_FOREVER = """
import sys
from pathlib import Path
from mlops_agent.workspace.files import write_file
root = Path(sys.argv[1])
print("ready", flush=True)
while True:
    for letter in (b"a", b"b"):
        write_file(root, "file", letter * 300_000, root.parent / "scratch")
        print("wrote", flush=True)
"""


@pytest.mark.parametrize("writes", [1, 3, 5, 8])
@pytest.mark.fault("F1")
def test_kill_9_never_leaves_half_a_file_or_litter_in_the_tree(root: Path, writes: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITE_FOREVER, str(root)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for _ in range(writes + 1):
        process.stdout.readline()
    process.kill()
    process.wait()
    data = (root / "file").read_bytes()
    assert len(data) == 300_000
    assert len(set(data)) == 1
    assert [path.name for path in root.iterdir()] == ["file"]


@pytest.mark.fault("F14")
def test_a_huge_file_is_refused(root: Path) -> None:
    with (root / "model.bin").open("wb") as file:
        file.truncate(17 * 1024 * 1024)
    with pytest.raises(PathRefusedError, match="not read"):
        read_file(root, "model.bin")
