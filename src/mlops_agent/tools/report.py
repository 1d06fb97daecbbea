"""The tool Report: hand in the report; it is checked against the run's own record at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_agent.contracts.journal import Reran, ToolResult
from mlops_agent.report.draft import ReportDraft
from mlops_agent.report.unfinished import REFUSED
from mlops_agent.sandbox.secrets.records import redacted
from mlops_agent.tools.base import ToolError, text_result
from mlops_agent.tools.context import ToolContext
from mlops_agent.tools.desk import Desk, Ending
from mlops_agent.tools.repeating import check_words
from mlops_agent.tools.report_input import OfTheRun, ReportInput

if TYPE_CHECKING:
    from mlops_agent.report.checker import Verdict
    from mlops_agent.report.evidence import Evidence

TRIES = 3
"""A report that still has bad claims the third time goes out with them marked."""


class Report:
    """Hand in your report. Each claim is checked against journal, diff, trees and a fresh audit.

    A claim is one typed assertion; its sentence is written for you. The kinds, with an example:
    probe {probe: "gate", base_run: "t9c1-base", proposed_run: "t9c1-proposed"} (one is needed);
    command {call: "t9c2", quotes: ["4 passed"]}; line {path, line, text, tree} for what a line
    holds; diff {} for what the change consists of; untouched {paths}; absent {text, paths};
    finding {fingerprint}; list {items: texts of other claims}. Evidence elsewhere is call:ID,
    probe:ID, line:PATH:N (add @proposed for the new tree), diff:PATH or finding:FINGERPRINT.

    primary_risk says what happens in production and why, with evidence; `rule` is the finding's
    rule, or empty. summary and trade_off describe the change and what it costs; they, live_checks
    and residual_risks tell no deeds ("tested", "passes"): those are claims. Each fault that you
    saw and left is a residual risk with a line: or finding: as evidence, an owner, and a
    follow_up worded as the next request. What does not hold comes back with every problem: mend
    those, or take them out. You have three tries; then it goes out with what failed marked. At
    the end commands and probes are run again on clean checkouts, so quote nothing that changes
    from run to run.
    """

    name = "Report"
    Input = ReportInput
    parallel = False

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def run(self, call: str, values: ReportInput, context: ToolContext) -> ToolResult:
        """End the run with the checked draft, or say everything that is wrong with it."""
        from mlops_agent.report.freshness import ran_on_base

        check_words(values, self._desk.survey.scan)
        evidence = _evidence(context)
        draft = values.draft(
            OfTheRun(
                evidence.ledger, self._desk.survey.finding, ran_on_base(evidence), evidence.diff
            )
        )
        draft = redacted(draft, context.redactor)
        verdict = self._check(call, draft, evidence, context)
        if not verdict.verified and self._desk.refused_reports + 1 < TRIES:
            self._desk.refused_reports += 1
            left = TRIES - self._desk.refused_reports
            listed = "\n".join(f"- {problem}" for problem in verdict.complaints())
            raise ToolError(f"{REFUSED} ({left} more tries):\n{listed}")
        self._desk.ending = Ending(
            "report",
            why="",
            droppable_hunks=values.droppable_hunks,
            draft=draft,
            claims=verdict.claims,
        )
        told = "verified" if verdict.verified else "accepted, with what failed marked as unverified"
        return text_result(call, self.name, f"the report is {told}")

    def _check(
        self, call: str, draft: ReportDraft, evidence: Evidence, context: ToolContext
    ) -> Verdict:
        from mlops_agent.report.checker import check_draft

        verdict = check_draft(draft, evidence)
        return self._again(call, draft, verdict, evidence, context) if verdict.verified else verdict

    def _again(
        self,
        call: str,
        draft: ReportDraft,
        verdict: Verdict,
        evidence: Evidence,
        context: ToolContext,
    ) -> Verdict:
        """Run again what a draft that holds rests on, and journal what came out differently."""
        from mlops_agent.report.checker import Verdict
        from mlops_agent.report.rerunning import Rerun

        rerun = Rerun(evidence, context.sandbox)
        if number := rerun.planned(verdict.claims, draft.validations):
            again = "1 command or probe" if number == 1 else f"{number} commands and probes"
            context.tell(f"  running {again} again on clean checkouts")
        claims = rerun.claims(verdict.claims)
        checked = Verdict(tuple(claims), tuple(rerun.validations(draft.validations)))
        context.append(
            Reran,
            call=call,
            tree_hash=evidence.proposed_hash,
            commands=rerun.commands,
            probes=rerun.probes,
            problems=checked.complaints(),
        )
        return checked


def _evidence(context: ToolContext) -> Evidence:
    """The run's record as it is now, with the proposed tree."""
    from mlops_agent.report.evidence import Evidence
    from mlops_agent.workspace.snapshot import write_trees

    write_trees(context.run_folder, context.worktree)
    return Evidence.of_run(context.run_folder, context.scan())
