"""A program of its own: runs one command that nothing confines, and ends all that it leaves.

As the subreaper, it becomes the parent of every process below it that loses its own, daemons
included; it is done only when it has no child left, which the kernel says. Started with the socket
that it is told to stop by (the other end is closed) and says the exit code to, and the command.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import socket
import sys
import time
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
_IGNORED_BY_PYTHON = (signal.SIGPIPE, signal.SIGXFSZ)
_NOT_FOUND = 127
_CANNOT_RUN = 126
_SECONDS = 30.0
"""How long killed processes have to be gone; another user's, or a hung disk's, take all of it."""
_LOOK_EVERY = 0.002


def main() -> None:
    """Run the command; the exit code is said only if nothing of it is left."""
    caller = socket.socket(fileno=int(sys.argv[1]))
    caller.set_inheritable(False)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
    waking, wakes = os.pipe()
    os.set_blocking(wakes, False)
    signal.signal(signal.SIGCHLD, _wake)
    signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
    code = _run(sys.argv[2:], caller, waking)
    _end_all(time.monotonic() + _SECONDS)
    caller.sendall(f"{code}\n".encode())


def _wake(*_: object) -> None:
    """What makes a child's end write to the pipe, where without a handler it would be ignored."""


def _run(argv: list[str], caller: socket.socket, waking: int) -> int:
    """Start the command and wait until it ends or the caller has enough of it."""
    # Python may have added to its own environment; this is what the caller gave.
    variables = Path("/proc/self/environ").read_bytes().split(b"\0")
    given = dict(one.split(b"=", 1) for one in variables if b"=" in one)
    try:
        child = os.posix_spawnp(argv[0], argv, given, setsid=True, setsigdef=_IGNORED_BY_PYTHON)
    except FileNotFoundError:
        sys.stderr.write(f"{argv[0]}: not found\n")
        return _NOT_FOUND
    except OSError as error:
        sys.stderr.write(f"{argv[0]}: {error.strerror}\n")
        return _CANNOT_RUN
    watched = select.poll()
    watched.register(caller, select.POLLIN)
    watched.register(waking, select.POLLIN)
    while True:
        ready = dict(watched.poll())
        if waking in ready:
            os.read(waking, 4096)
        for pid, status in _reap():
            if pid == child:
                code = os.waitstatus_to_exitcode(status)
                return 128 - code if code < 0 else code
        if caller.fileno() in ready:
            return 128 + signal.SIGKILL


def _reap() -> list[tuple[int, int]]:
    """The children that ended, with their status; those that lost their parent are among them."""
    ended: list[tuple[int, int]] = []
    with contextlib.suppress(ChildProcessError):
        while (one := os.waitpid(-1, os.WNOHANG))[0]:
            ended.append(one)
    return ended


def _end_all(until: float) -> None:
    """Kill child after child, as the children of each become ours, until there is none.

    Only children are killed: their ids can't become somebody else's before they are waited for.
    """
    while True:
        for pid in _children():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        if time.monotonic() > until:
            sys.exit("a process that was killed does not end")
        time.sleep(_LOOK_EVERY)


def _children() -> list[int]:
    found: list[int] = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            with contextlib.suppress(OSError):
                # The name of the program is in brackets and may hold any character.
                parent = (process / "stat").read_bytes().rpartition(b")")[2].split()[1]
                found += [int(process.name)] if int(parent) == os.getpid() else []
    return found


if __name__ == "__main__":
    main()
