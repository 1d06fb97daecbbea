"""Contestant: our loop, with its journal and its real tools, on the repository in this folder.

ANTHROPIC_BASE_URL=http://127.0.0.1:PORT python benchmarks/loop_ours.py
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from loop_marks import Marks

from mlops_agent.contracts.request import Request
from mlops_agent.drivers.anthropic.driver import AnthropicDriver
from mlops_agent.drivers.anthropic.models import resolve
from mlops_agent.drivers.base import Briefing, Exchange, Routes, Turn
from mlops_agent.engine.options import RunOptions
from mlops_agent.engine.running import run_request

MARKS = Marks()


class Timed:
    """The driver, with a reading before its first turn and one after its last."""

    name = "anthropic"
    routes: Routes = "all"

    def __init__(self) -> None:
        self._driver = AnthropicDriver(resolve("opus", {}, {}))

    def begin(self, briefing: Briefing) -> None:
        """The map, the findings and the prompt are made here; then the SDK, as in any run.

        The others have it imported before their loop, so it is no part of ours either.
        """
        self._driver.begin(briefing)
        import anthropic  # noqa: F401

        MARKS.begin()

    def decide(self, history: Sequence[Exchange]) -> Turn:
        """Ask for the next turn."""
        return self._driver.decide(history)

    def finish(self, history: Sequence[Exchange]) -> str:
        """The loop is over; report and check come after it."""
        MARKS.end()
        return self._driver.finish(history)


def main() -> None:
    """Run the request that the script answers."""
    request = Request(text="Make a failing evaluation stop the promotion of the churn model.")
    run_request(request, Path.cwd(), RunOptions(), driver=Timed())
    MARKS.tell()


if __name__ == "__main__":
    main()
