"""What an unconfined command leaves running is ended before anything is said of it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sandbox_lab import bash

from mlops_agent.errors import SandboxUnavailableError
from mlops_agent.sandbox.confine import Kind, Sandbox

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a subreaper")

DAEMON = """
import os, sys, time
for _ in range(2):
    if os.fork():
        os._exit(0)
    os.setsid()
os.closerange(0, 64)
os.execve(sys.executable, [sys.executable, "-S", "-c", {code!r}], {{}})
"""
WRITING = """
import os, time
open({begun!r}, "w").write(str(os.getpid()))
while True:
    open({late!r}, "w").write(str(time.monotonic_ns()))
    time.sleep(0.002)
"""
UNCONFINED: list[Kind] = ["external", "none"]


@pytest.fixture
def daemon(tmp_path: Path) -> str:
    """A command line that leaves a daemon without session, descriptors or environment of ours."""
    names = {"begun": str(tmp_path / "begun"), "late": str(tmp_path / "late")}
    (tmp_path / "daemon.py").write_text(DAEMON.format(code=WRITING.format(**names)))
    begun = f"until [ -s {tmp_path}/late ]; do sleep 0.01; done"
    return f"setsid {sys.executable} -S {tmp_path}/daemon.py; {begun}"


def stands_still(folder: Path) -> bool:
    before = (folder / "late").read_bytes()
    time.sleep(0.05)
    pid = int((folder / "begun").read_text())
    return (folder / "late").read_bytes() == before and not Path(f"/proc/{pid}").exists()


@pytest.mark.parametrize("kind", UNCONFINED)
@pytest.mark.parametrize("after", ["exit 3", "sleep 60"])
def test_a_daemon_does_not_outlive_its_command(
    kind: Kind, after: str, daemon: str, tmp_path: Path
) -> None:
    worktree = tmp_path / "worktree"
    worktree.mkdir()
    ran = bash(Sandbox.open(kind), worktree, f"{daemon}; {after}", timeout=2)
    assert ran.exit_code == (3 if after == "exit 3" else 124), ran.text
    assert stands_still(tmp_path)


def test_the_control_is_a_daemon_that_survives_its_group(daemon: str, tmp_path: Path) -> None:
    process = subprocess.Popen(["bash", "-c", daemon], start_new_session=True)
    process.wait()
    assert not stands_still(tmp_path)
    os.kill(int((tmp_path / "begun").read_text()), 9)


def test_the_death_of_the_caller_ends_an_unconfined_command(daemon: str, tmp_path: Path) -> None:
    code = f"""
from pathlib import Path
from mlops_agent.sandbox.confine import Sandbox
Sandbox.open("none").run(["bash", "-c", {f"{daemon}; sleep 60"!r}], cwd=Path({str(tmp_path)!r}),
                         timeout=60, output=Path({str(tmp_path / "o")!r}))
"""
    process = subprocess.Popen([sys.executable, "-c", code])
    while not (tmp_path / "late").exists():
        assert process.poll() is None
        time.sleep(0.02)
    process.kill()
    process.wait()
    until = time.monotonic() + 10
    while not stands_still(tmp_path):
        assert time.monotonic() < until


def test_a_command_that_kills_its_supervisor_is_no_result(tmp_path: Path) -> None:
    with pytest.raises(SandboxUnavailableError, match="killed who looks after it"):
        bash(Sandbox.open("none"), tmp_path, "kill -9 $PPID; sleep 0.1")


def test_a_command_gets_the_clean_environment_and_no_descriptor(tmp_path: Path) -> None:
    said = bash(Sandbox.open("none"), tmp_path, "ls /proc/$$/fd; env -0 | tr '\\0' '\\n'").text
    assert "LC_CTYPE" not in said or "LC_CTYPE" in os.environ
    assert [line for line in said.splitlines() if line.isdigit() and line != "255"] == list("012")
