"""Starting one process with its output in a file, and seeing to it that all of it ends.

Standard input is empty, the session is its own. On a timeout or a flood of output everything is
killed; and when the process ends by itself, so is what it left behind: an unconfined command has a
supervisor that sees to it. A confined command begins only once its namespace's first process is
held by a pidfd; when that process is gone, the kernel has ended every other one of the namespace,
so that nobody is left to write.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from mlops_agent.errors import SandboxUnavailableError
from mlops_agent.sandbox.output import OutputFile, is_readable

LAST_WORDS = 30.0
"""Seconds that a killed namespace has to be gone; it takes more only where the kernel hangs."""
ENDS_ALL = sys.platform.startswith("linux")
"""Whether all that an unconfined command leaves can be found and ended."""
_SUPERVISOR = Path(__file__).with_name("supervisor.py")
_GRACE = 0.25
_LOOK_EVERY = 0.02
_HEAR_EVERY = 0.2
"""Seconds after which a thread that waits can be interrupted from another one."""
_FOREVER = 3600.0


@dataclass(frozen=True, slots=True)
class Job:
    """What a process is started with: its whole environment, seconds to live, its output file.

    `descriptors` are handed to it. `owner` may open its standard output anew by name.
    """

    environment: Mapping[str, str]
    timeout: float
    output: Path
    descriptors: Sequence[int] = ()
    owner: int | None = None


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


def run_confined(argv: Callable[[int, int], Sequence[str]], job: Job) -> Ended:
    """Run bubblewrap and return when its whole pid namespace is gone.

    Args:
        argv: gives the command line for two descriptors: the one that bubblewrap reports its status
            to, and the one it reads before it goes on.
        job: what it is started with.

    Raises SandboxUnavailableError when a killed namespace does not end.
    """
    started = time.monotonic()
    with contextlib.ExitStack() as stack:
        status, status_end = _pipe(stack)
        gate_end, gate = _pipe(stack)
        theirs = (status_end.fileno(), gate_end.fileno())
        process, output = _start(argv(*theirs), job, Path("/"), theirs, stack)
        status_end.close()
        gate_end.close()
        namespace = None
        try:
            namespace = _first_process(status.readline(), stack)
            with contextlib.suppress(BrokenPipeError):
                gate.write(b"\n")
            stopped = _follow(process, output, started + job.timeout)
        finally:
            _kill(process)
            _end_namespace(namespace)
        output.drain(_FOREVER)
        told = status.read()
    return _ended(process.returncode, stopped, started, set_up=b'"exit-code"' in told)


def run_plain(argv: Sequence[str], cwd: Path, job: Job) -> Ended:
    """Run a command without confinement and return when all that it started is gone.

    Raises SandboxUnavailableError when something of it can't be ended. Where no kernel is known to
    hold a command's processes together, only its process group is killed.
    """
    if not ENDS_ALL:
        return _run_group(argv, cwd, job)
    started = time.monotonic()
    with contextlib.ExitStack() as stack:
        ours, theirs = socket.socketpair()
        stack.enter_context(ours)
        end = theirs.fileno()
        supervised = [sys.executable, "-I", "-S", str(_SUPERVISOR), str(end), *argv]
        with theirs:
            process, output = _start(supervised, job, cwd, (end,), stack)
        try:
            stopped = _follow(process, output, started + job.timeout)
        finally:
            code = _dismiss(ours)
            _kill(process)
        if code is None:
            raise SandboxUnavailableError(
                "what a command left running can't be ended, or it killed who looks after it",
                "without a sandbox, commands must not run as another user or end others' processes",
            )
        output.drain(_GRACE)
    return _ended(code, stopped, started, set_up=True)


def _run_group(argv: Sequence[str], cwd: Path, job: Job) -> Ended:
    started = time.monotonic()
    with contextlib.ExitStack() as stack:
        process, output = _start(argv, job, cwd, (), stack)
        try:
            stopped = _follow(process, output, started + job.timeout)
            output.drain(0 if stopped else _GRACE)
        finally:
            _kill(process)
        output.drain(_GRACE)
    return _ended(process.returncode, stopped, started, set_up=True)


def _dismiss(supervisor: socket.socket) -> int | None:
    """Let the supervisor end all; returns the exit code it says, None where it could not."""
    with contextlib.suppress(OSError):
        supervisor.shutdown(socket.SHUT_WR)
    supervisor.settimeout(2 * LAST_WORDS)
    try:
        return int(supervisor.recv(16))
    except (OSError, ValueError):
        return None


def _pipe(stack: contextlib.ExitStack) -> tuple[IO[bytes], IO[bytes]]:
    reading, writing = os.pipe()
    ends = os.fdopen(reading, "rb"), os.fdopen(writing, "wb", buffering=0)
    return stack.enter_context(ends[0]), stack.enter_context(ends[1])


def _start(
    argv: Sequence[str],
    job: Job,
    cwd: Path,
    descriptors: Sequence[int],
    stack: contextlib.ExitStack,
) -> tuple[subprocess.Popen[bytes], OutputFile]:
    printed, printing = _pipe(stack)
    output = OutputFile(printed, stack.enter_context(job.output.open("wb")))
    if job.owner is not None:
        os.fchown(printing.fileno(), job.owner, job.owner)
    process = subprocess.Popen(
        argv,
        cwd=cwd,
        env=dict(job.environment),
        stdin=subprocess.DEVNULL,
        stdout=printing,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        pass_fds=[*descriptors, *job.descriptors],
    )
    printing.close()
    return process, output


def _first_process(status: bytes, stack: contextlib.ExitStack) -> int | None:
    """A pidfd of the namespace's first process, which waits at the gate and so is the right one."""
    try:
        pid = int(json.loads(status)["child-pid"])
        pidfd = os.pidfd_open(pid)
    except (ValueError, KeyError, OSError):
        return None
    stack.callback(os.close, pidfd)
    # Where all of the machine's memory is taken, this is what has to go, and not the caller's.
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/oom_score_adj").write_text("1000")
    return pidfd


def _follow(process: subprocess.Popen[bytes], output: OutputFile, until: float) -> str:
    """Copy the output until the process ends; returns why it has to be stopped, or nothing."""
    with contextlib.ExitStack() as stack:
        end = _pidfd_of(process, stack)
        while (left := until - time.monotonic()) > 0:
            if output.take(end, min(left, _HEAR_EVERY if end is not None else _LOOK_EVERY)):
                return ""
            if output.flooded:
                return "flood"
            if end is None and process.poll() is not None:
                return ""
    return "timeout"


def _pidfd_of(process: subprocess.Popen[bytes], stack: contextlib.ExitStack) -> int | None:
    """What becomes readable when the process ends; None where there is no such thing (macOS)."""
    if not sys.platform.startswith("linux"):
        return None
    pidfd = os.pidfd_open(process.pid)
    stack.callback(os.close, pidfd)
    return pidfd


def _end_namespace(namespace: int | None) -> None:
    if namespace is None:
        return
    # It dies with bubblewrap, but only some time after that.
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(namespace, signal.SIGKILL)
    if not is_readable(namespace, LAST_WORDS):
        raise SandboxUnavailableError(
            "a confined command was killed and does not end", "a disk or a network drive may hang"
        )
    # Where this program is the machine's first process, as in a container, nobody else reaps it.
    with contextlib.suppress(ChildProcessError):
        os.waitid(os.P_PIDFD, namespace, os.WEXITED | os.WNOHANG)


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _ended(code: int, stopped: str, started: float, *, set_up: bool) -> Ended:
    if stopped == "timeout":
        code = 124
    return Ended(
        exit_code=128 - code if code < 0 else code,
        timed_out=stopped == "timeout",
        flooded=stopped == "flood",
        seconds=time.monotonic() - started,
        set_up=set_up or bool(stopped),
    )
