"""The tool NoChange: end the run and leave the repository as it is."""

from __future__ import annotations

from pydantic import Field

from mlops_agent.contracts.base import Record
from mlops_agent.contracts.journal import ToolResult
from mlops_agent.tools.base import text_result
from mlops_agent.tools.context import ToolContext
from mlops_agent.tools.desk import Desk, Ending
from mlops_agent.tools.repeating import check_words


class NoChangeInput(Record):
    """Why nothing is changed, and the fingerprints of the findings that this speaks of."""

    why: str = Field(min_length=1)
    found: list[str] = []


class NoChange:
    """End the run without a change: nothing fits the request, or nothing can be proved safe.

    Say why in plain words, and name the findings that the caller should see by fingerprint. What
    the worktree holds is not delivered.
    """

    name = "NoChange"
    Input = NoChangeInput
    parallel = False

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def run(self, call: str, values: NoChangeInput, context: ToolContext) -> ToolResult:
        """End the run."""
        check_words(values, self._desk.survey.scan)
        self._desk.ending = Ending("no-change", why=values.why, found=tuple(values.found))
        return text_result(call, self.name, "the run ends without a change")
