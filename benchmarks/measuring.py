"""Runs a command and says what it cost: CPU, wall time, peak memory.

CPU seconds (user and system, of the process and of the children that it waited for) are what the
figures compare, since wall time on a shared machine measures the neighbours. Contestants take
turns, so that a busy minute hits all of them.
"""

from __future__ import annotations

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
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as complaints:
        began = time.perf_counter()
        process = subprocess.Popen(
            argv, cwd=cwd, env={**os.environ, **(env or {})}, stdout=out, stderr=complaints
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in fine:
            complaints.seek(0)
            said = complaints.read().decode("utf-8", "replace").strip()[-300:]
            raise CommandFailedError(f"{' '.join(argv)}: exit {process.returncode}: {said}")
        out.seek(0)
        output = out.read().decode("utf-8", "replace")
    unit = _BYTES_PER_MIB if sys.platform == "darwin" else _KIB_PER_MIB
    cpu = used.ru_utime + used.ru_stime
    return Usage(cpu, wall, used.ru_maxrss / unit, process.returncode, output)


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
