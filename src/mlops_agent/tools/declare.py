"""The tool Declare: say the scope before the first edit, and again to widen it."""

from __future__ import annotations

from mlops_agent.contracts.change import Declaration
from mlops_agent.contracts.journal import Declared, ToolResult
from mlops_agent.tools.base import text_result
from mlops_agent.tools.context import ToolContext
from mlops_agent.tools.desk import Desk
from mlops_agent.tools.repeating import check_words


class Declare:
    """Declare the scope of your change: boundary, primary risk, files and line budget.

    Call it once before the first Edit or Write. Edits of other files, or beyond the budget (lines
    added plus removed), are refused, and a report of a change outside the declaration cannot be
    verified. To widen it, call it again with the whole new scope and a `reason`; the reason stands
    in the report. A run keeps to one boundary.
    """

    name = "Declare"
    Input = Declaration
    parallel = False

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def run(self, call: str, values: Declaration, context: ToolContext) -> ToolResult:
        """Accept the declaration and journal it, or say what is wrong with it."""
        check_words(values, self._desk.survey.scan)
        if self._desk.accept(values):
            context.append(Declared, call=call, declaration=values)
        files = ", ".join(values.files)
        return text_result(
            call,
            self.name,
            f"declared: {values.boundary}, {files}, at most {values.line_budget} lines",
        )
