"""The tool Report: hand in the report; it is checked against the run's own record at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from mlops_agent.contracts.journal import ToolResult
from mlops_agent.report.draft import ReportDraft
from mlops_agent.tools.base import ToolError, text_result
from mlops_agent.tools.context import ToolContext
from mlops_agent.tools.desk import Desk, Ending

if TYPE_CHECKING:
    from mlops_agent.report.checker import Verdict

TRIES = 3
"""A report that still has bad claims the third time goes out with them marked."""


class ReportInput(ReportDraft):
    """The draft, and how many hunks the probe stays green without (null: not tried)."""

    droppable_hunks: int | None = Field(default=None, ge=0)

    def draft(self) -> ReportDraft:
        """The draft alone."""
        return ReportDraft.model_validate(self.model_dump(exclude={"droppable_hunks"}))


class Report:
    """Hand in your report. Each claim is checked against journal, diff, trees and a fresh audit.

    A claim makes one typed assertion and points to its evidence: call:ID, probe:ID, line:PATH:N,
    diff, finding:FINGERPRINT. Its sentence may say no more, in few and plain words: "Line 9 of
    a.yml holds `|| true`." Summary, trade-off and live checks tell no deeds: those are claims. If
    anything does not hold, the answer lists every problem: mend it, or take it out. You have
    three tries; after that the report goes out with what failed marked as unverified.
    """

    name = "Report"
    Input = ReportInput
    parallel = False

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def run(self, call: str, values: ReportInput, context: ToolContext) -> ToolResult:
        """End the run with the checked draft, or say everything that is wrong with it."""
        verdict = self._check(values.draft(), context)
        if not verdict.verified and self._desk.refused_reports + 1 < TRIES:
            self._desk.refused_reports += 1
            left = TRIES - self._desk.refused_reports
            listed = "\n".join(f"- {problem}" for problem in verdict.complaints())
            raise ToolError(f"the report does not hold ({left} more tries):\n{listed}")
        self._desk.ending = Ending(
            "report",
            why="",
            droppable_hunks=values.droppable_hunks,
            draft=values.draft(),
            claims=verdict.claims,
        )
        told = "verified" if verdict.verified else "accepted, with what failed marked as unverified"
        return text_result(call, self.name, f"the report is {told}")

    def _check(self, draft: ReportDraft, context: ToolContext) -> Verdict:
        from mlops_agent.report.checker import check_draft
        from mlops_agent.report.evidence import Evidence
        from mlops_agent.workspace.snapshot import write_trees

        write_trees(context.run_folder, context.worktree)
        return check_draft(draft, Evidence.of_run(context.run_folder))
