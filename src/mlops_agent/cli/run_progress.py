"""Progress on standard error: one line a step, with a spinner beside it on a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from mlops_agent.contracts.journal import ToolResult
from mlops_agent.contracts.report import RunResult
from mlops_agent.drivers.base import Turn

if TYPE_CHECKING:
    from rich.status import Status

_WIDTH = 100


class Progress:
    """Tells a person what the run does; `run` is its id and `folder` its place once it began."""

    def __init__(self, *, quiet: bool, verbose: bool) -> None:
        self._quiet = quiet
        self._verbose = verbose
        self._status: Status | None = None
        self.run = ""
        self.folder = ""

    def began(self, run: str, folder: str, driver: str, why: str) -> None:
        """Say which run it is and which driver it takes, and why."""
        self.run, self.folder = run, folder
        self._say(f"run {run}, driver {driver} ({why})")
        if not self._quiet and sys.stderr.isatty():
            from rich.console import Console

            self._status = Console(stderr=True).status("working")
            self._status.start()

    def turned(self, turn: Turn) -> None:
        """Say what the driver does next."""
        self._say(f"  {turn.text}")

    def finished(self, result: ToolResult) -> None:
        """Say what a call came to: failures in one line, the rest only when asked."""
        if result.ok and not self._verbose:
            return
        first = next((line for line in result.text.splitlines() if line.strip()), "")
        word = "ok" if result.ok else "failed"
        self._say(f"    {result.tool} {word} in {result.seconds:.1f} s: {first[:_WIDTH]}")

    def noted(self, note: str) -> None:
        """Pass on what the driver says."""
        self._say(note)

    def ended(self, result: RunResult) -> None:
        """Say how long it took."""
        self._say(f"done in {result.usage.seconds:.1f} s")
        self.stop()

    def stop(self) -> None:
        """Take the spinner away; twice is fine."""
        if self._status is not None:
            self._status.stop()
            self._status = None

    def _say(self, line: str) -> None:
        if not self._quiet:
            click.echo(line, err=True)
