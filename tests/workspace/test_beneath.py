"""Opening below a folder: the kernel's way and our own steps answer alike, also in a race."""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from mlops_agent.beneath import by_kernel, by_steps, has_openat2
from mlops_agent.workspace.files import PathRefusedError, read_file, write_file

READ = os.O_RDONLY | os.O_NONBLOCK
WAYS = [
    pytest.param(
        by_kernel, marks=pytest.mark.skipif(not has_openat2(), reason="this kernel has no openat2")
    ),
    by_steps,
]
Way = Callable[..., int]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A tree with links of every kind; `secret` lies beside it."""
    folder = tmp_path / "root"
    (folder / "real" / "deep").mkdir(parents=True)
    (folder / "real" / "file").write_text("inside")
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("[core]")
    (tmp_path / "secret").write_text("secret")
    links = {
        "in": "real", "real/deep/up": "../file", "twice": "in/deep/up", "out": "../secret",
        "etc": "/etc/passwd", "inside-by-name": str(folder / "real" / "file"), "a": "b", "b": "a",
        "git": ".git", "real/git": "../.GIT", "proc": "/proc/self/root", "dangling": "nowhere",
        "above": "real/../../secret", "dot": ".", "round": "real/deep/../../in/file",
    }  # fmt: skip
    for name, target in links.items():
        (folder / name).symlink_to(target)
    os.mkfifo(folder / "fifo")
    return folder


def opened(way: Way, root: Path, path: str, *, links: bool = True) -> str | int:
    """What is read at the path, or the number of the error."""
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        descriptor = way(folder, path, READ, links=links)
    except OSError as error:
        return error.errno or 0
    finally:
        os.close(folder)
    with os.fdopen(descriptor, "rb") as file:
        return file.read().decode()


CASES = {
    "real/file": "inside", "./real//file": "inside", "in/file": "inside",
    "real/deep/up": "inside", "twice": "inside", "real/deep/../file": "inside",
    "dot/real/file": "inside", "round": "inside", "fifo": "",
    "out": errno.EXDEV, "../secret": errno.EXDEV, "real/../../secret": errno.EXDEV,
    "/etc/passwd": errno.EXDEV, "etc": errno.EXDEV, "inside-by-name": errno.EXDEV,
    "above": errno.EXDEV, "proc/etc/passwd": errno.EXDEV, "": errno.EXDEV,
    "a": errno.ELOOP, "a/b": errno.ELOOP, ".git/config": errno.EXDEV, "git/config": errno.EXDEV,
    ".GIT/config": errno.EXDEV, "dangling": errno.ENOENT, "nowhere/file": errno.ENOENT,
    "real/file/x": errno.ENOTDIR, "real/file\0": errno.EXDEV,
}  # fmt: skip


@pytest.mark.fault("F15")
@pytest.mark.parametrize("way", WAYS)
def test_a_path_is_followed_inside_and_never_out(way: Way, root: Path) -> None:
    assert {path: opened(way, root, path) for path in CASES} == CASES


@pytest.mark.parametrize("way", WAYS)
def test_without_links_none_is_followed(way: Way, root: Path) -> None:
    for path in ("in/file", "real/deep/up", "twice", "dot/real/file", "out", "a", "dangling"):
        assert opened(way, root, path, links=False) == errno.ELOOP, path
    assert opened(way, root, "real/deep/../file", links=False) == "inside"


@pytest.mark.parametrize("way", WAYS)
def test_a_file_that_is_swapped_for_a_link_all_the_time_never_leads_out(
    way: Way, root: Path
) -> None:
    ends = threading.Event()

    def swap() -> None:
        (root / "new").write_text("inside")
        while not ends.is_set():
            for link, name in (("../secret", "moving"), ("../../..", "real/deep/moving")):
                (root / "link").symlink_to(link)
                (root / "link").replace(root / name)
                (root / "new").write_text("inside")
                (root / "new").replace(root / name)

    swapping = threading.Thread(target=swap)
    swapping.start()
    try:
        seen = {
            opened(way, root, path)
            for _ in range(1500)
            for path in ("moving", "real/deep/moving/secret", "real/deep/moving")
        }
    finally:
        ends.set()
        swapping.join()
    assert "secret" not in seen
    assert "inside" in seen
    assert errno.EXDEV in seen


def refuse_openat2() -> None:
    """Have the kernel answer ENOSYS to openat2 in this process from here on, as an old one does."""
    load, equal, give, allow, answer = 0x20, 0x15, 0x06, 0x7FFF0000, 0x00050000 | errno.ENOSYS
    steps = [(load, 0, 0, 0), (equal, 0, 1, 437), (give, 0, 0, answer), (give, 0, 0, allow)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *one) for one in steps))
    program = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code))
    library = ctypes.CDLL(None, use_errno=True)
    assert library.prctl(38, 1, 0, 0, 0) == 0
    assert library.prctl(22, 2, program, 0, 0) == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="seccomp is Linux's")
def test_where_the_kernel_has_no_openat2_files_are_as_confined(root: Path) -> None:
    def check() -> None:
        has_openat2.cache_clear()
        refuse_openat2()
        assert not has_openat2()
        assert read_file(root, "twice") == b"inside"
        for path in ("out", "etc", "git/config", "a", "fifo", "real"):
            with pytest.raises(PathRefusedError):
                read_file(root, path)
        scratch = root.parent / "scratch"
        write_file(root, "made/by/us", b"x", scratch)
        assert (root / "made" / "by" / "us").read_bytes() == b"x"
        for path in ("in/file", "out", "dot/new"):
            with pytest.raises(PathRefusedError):
                write_file(root, path, b"x", scratch)

    child = os.fork()
    if child == 0:
        code = 1
        try:
            check()
            code = 0
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    assert (root.parent / "secret").read_text() == "secret"
