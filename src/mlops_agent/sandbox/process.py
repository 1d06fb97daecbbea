"""Starting one process with its output in a file, and seeing to it that all of it ends.

Standard input is empty, the session is its own. On a timeout or a flood of output everything is
killed; and when the process ends by itself, so is what it left behind. A pid namespace's first
process is waited for by pidfd: when that is gone, no process of the namespace is left to write.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

OUTPUT_LIMIT = 64 * 1024 * 1024
"""A command that prints more than this is stopped: disks are finite."""

_LOOK_EVERY = 0.1
_LAST_WORDS = 5.0
_GRACE = 0.25


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended: its exit code (128 + signal), or that it was stopped, and when.

    `set_up` tells whether a confinement got as far as running the command.
    """

    exit_code: int
    timed_out: bool
    flooded: bool
    seconds: float
    set_up: bool


def run_confined(
    argv: Callable[[int], Sequence[str]],
    *,
    environment: Mapping[str, str],
    timeout: float,
    output: Path,
) -> Ended:
    """Run bubblewrap and wait until its whole pid namespace is gone.

    Args:
        argv: gives the command line for the descriptor that bubblewrap reports its status to.
        environment: the whole environment.
        timeout: seconds until everything is killed.
        output: file for standard output and standard error together.
    """
    reading, writing = os.pipe()
    started = time.monotonic()
    try:
        process = _start(argv(writing), environment, Path("/"), output, (writing,))
    finally:
        os.close(writing)
    with os.fdopen(reading, "rb", buffering=0) as status:
        first = status.read(4096)
        namespace = _pidfd(first)
        try:
            stopped = _wait(process, started, timeout, output)
            _end_namespace(namespace, kill=bool(stopped))
        finally:
            _kill(process)
            if namespace is not None:
                os.close(namespace)
        rest = status.read(4096)
    return _ended(process, stopped, started, set_up=b'"exit-code"' in first + rest)


def run_plain(
    argv: Sequence[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    timeout: float,
    output: Path,
) -> Ended:
    """Run a command without confinement; what it leaves in its process group is killed."""
    started = time.monotonic()
    process = _start(argv, environment, cwd, output, ())
    try:
        stopped = _wait(process, started, timeout, output)
    finally:
        time.sleep(_GRACE)
        _kill(process)
    return _ended(process, stopped, started, set_up=True)


def _start(
    argv: Sequence[str],
    environment: Mapping[str, str],
    cwd: Path,
    output: Path,
    descriptors: Sequence[int],
) -> subprocess.Popen[bytes]:
    output.parent.mkdir(parents=True, exist_ok=True)
    with output.open("wb") as file:
        return subprocess.Popen(
            argv,
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=descriptors,
        )


def _wait(process: subprocess.Popen[bytes], started: float, timeout: float, output: Path) -> str:
    """Wait for the end; returns why it has to be stopped, or nothing."""
    while True:
        left = started + timeout - time.monotonic()
        if left <= 0:
            return "timeout"
        try:
            process.wait(min(left, _LOOK_EVERY))
        except subprocess.TimeoutExpired:
            if output.stat().st_size > OUTPUT_LIMIT:
                return "flood"
            continue
        return ""


def _pidfd(status: bytes) -> int | None:
    with contextlib.suppress(ValueError, KeyError, OSError):
        return os.pidfd_open(json.loads(status.partition(b"\n")[0])["child-pid"])
    return None


def _end_namespace(namespace: int | None, *, kill: bool) -> None:
    if namespace is None:
        return
    if kill:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(namespace, signal.SIGKILL)
    # It dies with bubblewrap; waiting for it is what makes the files stand still.
    gone, _, _ = select.select([namespace], [], [], _GRACE)
    if not gone:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(namespace, signal.SIGKILL)
        select.select([namespace], [], [], _LAST_WORDS)


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _ended(
    process: subprocess.Popen[bytes], stopped: str, started: float, *, set_up: bool
) -> Ended:
    code = process.returncode
    if stopped == "timeout":
        code = 124
    return Ended(
        exit_code=128 - code if code < 0 else code,
        timed_out=stopped == "timeout",
        flooded=stopped == "flood",
        seconds=time.monotonic() - started,
        set_up=set_up or bool(stopped),
    )
