"""How much a command can take: processes, memory, places, system calls; and that none is left."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sandbox_lab import bash

from mlops_agent.sandbox.confine import Sandbox
from mlops_agent.sandbox.system_calls import filter_program

pytestmark = pytest.mark.sandbox

REAPING = """
import ctypes, os, sys
from pathlib import Path
from mlops_agent.sandbox.confine import Sandbox
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
worktree = Path(sys.argv[1])
for _ in range(3):
    Sandbox.open().run(["true"], cwd=worktree, timeout=30, output=worktree.with_name("o"))
try:
    print(os.waitpid(-1, os.WNOHANG))
except ChildProcessError:
    print("no child is left")
"""


def test_where_nobody_else_reaps_processes_none_is_left(worktree: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", REAPING, str(worktree)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "no child is left\n"


def test_places_that_are_not_the_worktree_hold_little(sandbox: Sandbox, worktree: Path) -> None:
    fill = "for f in /var/tmp /dev /; do head -c 70M /dev/zero > $f/x; done; stat -c %s /var/tmp/x"
    ran = bash(sandbox, worktree, f"{fill}; df -m --output=size /tmp /dev/shm | tail -n +2")
    assert "No space left on device" in ran.text
    assert ran.text.count("Read-only file system") == 2
    assert ran.text.split()[-3:] == [str(64 << 20), "1024", "256"]


def test_each_process_has_its_limits(sandbox: Sandbox, worktree: Path) -> None:
    names = {"c": "0", "t": "3600", "f": str(2 << 20), "n": "4096", "u": "1024", "v": str(32 << 20)}
    ran = bash(sandbox, worktree, "; ".join(f"ulimit -{name}" for name in names))
    assert ran.text.split() == list(names.values())
    assert bash(sandbox, worktree, "cat /proc/self/oom_score_adj").text == "1000\n"
    limits = bash(
        Sandbox.open("external"), worktree, "; ".join(f"ulimit -{name}" for name in names)
    )
    assert limits.text.split() == list(names.values())


CALLS = """
import ctypes, os, socket
call = ctypes.CDLL(None, use_errno=True).syscall
for number in (425, 0x40000000 + 39):
    print(call(number, 1, 0), os.strerror(ctypes.get_errno()))
for family in (socket.AF_ALG, socket.AF_PACKET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_UNIX):
    try:
        print(socket.socket(family, socket.SOCK_RAW if family > 10 else socket.SOCK_STREAM).close())
    except OSError as error:
        print(error.strerror)
print(sorted(int(name) for name in os.listdir("/proc/self/fd")))
"""


def test_system_calls_and_descriptors_are_those_that_programs_need(
    sandbox: Sandbox, worktree: Path
) -> None:
    output = worktree.parent / "output"
    ran = sandbox.run(["python3", "-c", CALLS], cwd=worktree, timeout=30, output=output)
    assert ran.text.splitlines() == [
        "-1 Operation not permitted", "-1 Function not implemented",
        *["Address family not supported by protocol"] * 2, "None", "None", "None",
        # Its streams, and the listing itself.
        "[0, 1, 2, 3]",
    ]  # fmt: skip
    assert filter_program("sparc64") is None
