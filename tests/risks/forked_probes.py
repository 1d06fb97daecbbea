"""Probe scripts in children of one process that has imported MLflow or Evidently.

That import takes seconds. A child is a fork: it runs the script from its first line, in its own
folder, and shares nothing with the next one.
"""

from __future__ import annotations

import functools
import importlib
import json
import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

FIRST = {
    "mlflow_answers": "mlflow.store.model_registry.sqlalchemy_store",
    "evidently_imports": "evidently",
}
"""Which module is to be there before a script is run."""


class ForkedProbes:
    """The parent of the children; started once, ended with the tests."""

    def __init__(self) -> None:
        quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "GIT_PYTHON_REFRESH": "quiet"}
        self.process = subprocess.Popen(
            [sys.executable, __file__],
            env=os.environ | quiet, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, script: str, arguments: Sequence[str], folder: Path) -> tuple[int, str]:
        """Run a script in a folder: its exit code and what it printed."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with tempfile.NamedTemporaryFile("r", encoding="utf-8") as output:
            order = {"argv": [script, *arguments], "cwd": str(folder), "output": output.name}
            self.process.stdin.write(json.dumps(order) + "\n")
            self.process.stdin.flush()
            code = int(self.process.stdout.readline())
            return code, output.read()


@functools.cache
def forked_probes() -> ForkedProbes:
    """The one parent of this test process; it ends when its standard input does."""
    return ForkedProbes()


def be_a_probe(argv: list[str], cwd: str, output: str) -> int:
    """In a child: run the script as a program, with everything printed going to the file."""
    descriptor = os.open(output, os.O_WRONLY)
    for standard in (1, 2):
        os.dup2(descriptor, standard)
    os.chdir(cwd)
    sys.argv = argv
    try:
        runpy.run_path(argv[0], run_name="__main__")
    except SystemExit as ended:
        return int(ended.code or 0)
    finally:
        sys.stdout.flush()
    return 0


def main() -> None:
    """Fork for each line of standard input; answer with the child's exit code."""
    for line in sys.stdin:
        order = json.loads(line)
        importlib.import_module(FIRST[Path(order["argv"][0]).stem])
        child = os.fork()
        if child == 0:
            code = 70
            try:
                code = be_a_probe(**order)
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
