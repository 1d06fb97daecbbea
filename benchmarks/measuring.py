"""Runs a command and says what it cost: CPU, wall time, peak memory.

CPU seconds (user and system, of the process and of the children that it waited for) are what the
figures compare, since wall time on a shared machine measures the neighbours. Contestants take
turns, so that a busy minute hits all of them.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

COMMAND = str(Path(sys.executable).parent / "mlops-agent")
"""The installed command of this Python's environment."""
_KIB_PER_MIB = 1024
_BYTES_PER_MIB = 1024 * 1024
_STARTER = """
import json, os, subprocess, sys
process = subprocess.Popen(sys.argv[2:])
_, status, used = os.wait4(process.pid, 0)
with open(sys.argv[1], "w") as report:
    cpu = used.ru_utime + used.ru_stime
    json.dump([os.waitstatus_to_exitcode(status), cpu, used.ru_maxrss], report)
"""
"""Linux counts into a process's peak what its parent held when it was forked: so a small process
starts the measured one, and not this one, which may be large."""


@dataclass(frozen=True, slots=True)
class Usage:
    """One run of a command: CPU and wall seconds, peak MiB, exit code, standard output."""

    cpu: float
    wall: float
    peak_mib: float
    exit_code: int
    output: str


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of several runs, with the least and the most."""

    median: float
    least: float
    most: float

    def __str__(self) -> str:
        """`0.104 (0.101-0.118)`."""
        return f"{self.median:.3g} ({self.least:.3g}-{self.most:.3g})"


class CommandFailedError(Exception):
    """A measured command did not do its work: its figure would be worth nothing."""


def run(
    argv: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    fine: Sequence[int] = (0,),
) -> Usage:
    """Run a command to its end; raises CommandFailedError for an exit code that is not `fine`."""
    with tempfile.NamedTemporaryFile() as report:
        starter = [sys.executable, "-S", "-c", _STARTER, report.name, *argv]
        began = time.perf_counter()
        done = subprocess.run(
            starter, cwd=cwd, env={**os.environ, **(env or {})}, capture_output=True, check=True
        )
        wall = time.perf_counter() - began
        exit_code, cpu, peak = json.load(report)
    if exit_code not in fine:
        said = done.stderr.decode("utf-8", "replace").strip()[-300:]
        raise CommandFailedError(f"{' '.join(argv)}: exit {exit_code}: {said}")
    unit = _BYTES_PER_MIB if sys.platform == "darwin" else _KIB_PER_MIB
    return Usage(cpu, wall, peak / unit, exit_code, done.stdout.decode("utf-8", "replace"))


def take_turns(
    contestants: Mapping[str, Callable[[], Usage]], rounds: int
) -> dict[str, list[Usage]]:
    """Run each contestant `rounds` times, one after the other in every round."""
    taken: dict[str, list[Usage]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, contestant in contestants.items():
            taken[name].append(contestant())
    return taken


def spread(values: Sequence[float]) -> Spread:
    """Median, least and most of at least one value."""
    return Spread(statistics.median(values), min(values), max(values))


def cpu(runs: Sequence[Usage]) -> Spread:
    """The CPU seconds of several runs."""
    return spread([one.cpu for one in runs])


def imported(arguments: Sequence[str], modules: Sequence[str], cwd: Path | None = None) -> set[str]:
    """Which of `modules` one call of mlops-agent loads, asked of the interpreter that ran it."""
    ask = (
        "import sys\n"
        f"sys.argv = ['mlops-agent', *{list(arguments)!r}]\n"
        "from mlops_agent.cli.main import main\n"
        "try:\n    main()\n"
        "except SystemExit as done:\n    assert not done.code, done.code\n"
        f"print('\\nloaded', *[m for m in {list(modules)!r} if m in sys.modules])\n"
    )
    last = run([sys.executable, "-c", ask], cwd=cwd).output.splitlines()[-1]
    return set(last.split()[1:])
