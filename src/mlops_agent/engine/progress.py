"""What a run tells while it works: to a person on a terminal, a log, or nobody."""

from __future__ import annotations

from typing import Protocol

from mlops_agent.contracts.journal import ToolResult
from mlops_agent.contracts.report import RunResult
from mlops_agent.drivers.base import Turn


class Watcher(Protocol):
    """Hears what happens, in order; nothing depends on what it does."""

    def began(self, run: str, folder: str, driver: str, why: str) -> None:
        """The run has its folder and its driver."""
        ...

    def turned(self, turn: Turn) -> None:
        """The driver decided on a turn; its calls have not acted yet."""
        ...

    def finished(self, result: ToolResult) -> None:
        """A call came to its end."""
        ...

    def noted(self, note: str) -> None:
        """The driver has something to say at the end."""
        ...

    def ended(self, result: RunResult) -> None:
        """The run is over and its folder is complete."""
        ...


class Silent:
    """A watcher that does nothing."""

    def began(self, run: str, folder: str, driver: str, why: str) -> None:
        """Ignore it."""

    def turned(self, turn: Turn) -> None:
        """Ignore it."""

    def finished(self, result: ToolResult) -> None:
        """Ignore it."""

    def noted(self, note: str) -> None:
        """Ignore it."""

    def ended(self, result: RunResult) -> None:
        """Ignore it."""
