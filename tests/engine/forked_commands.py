"""Command lines in processes of their own, forked from one that has imported the program.

Its imports take seconds, with a model's SDK more. A child gets its own arguments, environment and
standard streams; its threads and exit handlers end, and its exit code is its own.
"""

from __future__ import annotations

import atexit
import functools
import gc
import importlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

FIRST = (
    "anthropic.resources.messages",
    "git",
    "mlops_agent.cli.commands",
    "mlops_agent.cli.route_view",
    "mlops_agent.cli.run",
    "mlops_agent.drivers.anthropic.driver",
    "mlops_agent.drivers.offline.driver",
    "mlops_agent.engine.running",
    "mlops_agent.evaluation.playing",
    "mlops_agent.handoffs.routing",
    "mlops_agent.lifecycle.mapping",
    "mlops_agent.lifecycle.readers",
    "mlops_agent.report.rechecking",
    "mlops_agent.risks.fixes",
    "sqlite3",
)
"""What a child has without importing it."""
SECONDS = 120
"""After these a child is ended by SIGALRM."""


class ForkedCommands:
    """The parent of the children; started once, ended with the tests."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(
        self, arguments: Sequence[str], environment: Mapping[str, str], folder: str
    ) -> subprocess.CompletedProcess[str]:
        """Run the command line; its exit code and what it printed."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with (
            tempfile.NamedTemporaryFile("r", encoding="utf-8") as output,
            tempfile.NamedTemporaryFile("r", encoding="utf-8") as errors,
        ):
            order = {
                "arguments": list(arguments), "environment": dict(environment), "folder": folder,
                "streams": [os.devnull, output.name, errors.name],
            }  # fmt: skip
            self.process.stdin.write(json.dumps(order) + "\n")
            self.process.stdin.flush()
            code = int(self.process.stdout.readline())
            return subprocess.CompletedProcess(arguments, code, output.read(), errors.read())


@functools.cache
def forked_commands() -> ForkedCommands:
    """The one parent of this test process; it ends when its standard input does."""
    return ForkedCommands()


def run_forked(
    *arguments: str, environment: Mapping[str, str] | None = None, folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `mlops-agent` with these arguments, in this environment (ours) and folder (ours)."""
    given = os.environ if environment is None else environment
    return forked_commands().run(arguments, given, str(folder or Path.cwd()))


def become(
    arguments: list[str], environment: dict[str, str], folder: str, streams: list[str]
) -> None:
    """In a child: be a process that was started like this."""
    import signal

    import mlops_agent.cli.main

    for number, (name, mode) in enumerate(zip(streams, "rww", strict=True)):
        descriptor = os.open(name, os.O_RDONLY if mode == "r" else os.O_WRONLY)
        os.dup2(descriptor, number)
        os.close(descriptor)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = [str(mlops_agent.cli.main.__file__), *arguments]
    signal.alarm(SECONDS)


def end_with(program: Callable[[], None]) -> None:
    """Run the program and leave; the interpreter's modules are not taken down, which takes long."""
    code = 1
    try:
        program()
    except SystemExit as ended:
        code = int(ended.code or 0)
    except BaseException:
        traceback.print_exc()
    finally:
        for thread in threading.enumerate():
            if thread is not threading.current_thread() and not thread.daemon:
                thread.join()
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Fork for each line of standard input; answer with the child's exit code."""
    for name in FIRST:
        importlib.import_module(name)
    # What is here stays here: a child need not look through it, nor copy it by doing so.
    gc.freeze()
    from mlops_agent.cli.main import main as run_program

    while line := sys.stdin.readline():
        child = os.fork()
        if child == 0:
            become(**json.loads(line))
            end_with(run_program)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
