"""The result of a run, put together from its ending, git's own diff and the journal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mlops_agent.contracts.change import Declaration
from mlops_agent.contracts.finding import Finding
from mlops_agent.contracts.journal import RunStarted
from mlops_agent.contracts.report import Change, RunResult, Usage
from mlops_agent.report.draft import ReportDraft
from mlops_agent.tools.desk import Desk, Ending
from mlops_agent.tools.survey import Survey
from mlops_agent.workspace.diff import Diff
from mlops_agent.workspace.snapshot import PATCH

MOST_FOUND = 50


def compose(
    started: RunStarted,
    ending: Ending,
    declarations: Sequence[Declaration],
    desk: Desk,
    diff: Diff,
    usage: Usage,
    folder: Path,
) -> RunResult:
    """Put the result together, before it is checked; `folder` is the run's."""
    result = RunResult(
        run=started.run,
        outcome=ending.outcome,
        why=ending.why,
        request=started.request,
        driver=started.driver,
        driver_why=started.driver_why,
        model=started.model,
        isolation=started.isolation,
        base=started.base,
        declarations=list(declarations),
        handoffs=list(desk.handoffs.values()),
        questions=list(ending.questions),
        found=_found(ending, desk.survey),
        usage=usage,
        journal=str(folder / "journal.jsonl"),
    )
    if ending.draft is None:
        return result
    return result.model_copy(update=_reported(ending.draft, ending, diff, folder))


def _reported(draft: ReportDraft, ending: Ending, diff: Diff, folder: Path) -> dict[str, object]:
    return {
        "boundary": draft.boundary,
        "primary_risk": draft.primary_risk,
        "change": Change(
            summary=draft.summary,
            trade_off=draft.trade_off,
            files=list(diff.files),
            lines_added=diff.added,
            lines_removed=diff.removed,
            boundaries=[draft.boundary],
            droppable_hunks=ending.droppable_hunks,
            patch=str(folder / PATCH),
        ),
        "validations": draft.validations,
        "live_checks": draft.live_checks,
        "residual_risks": draft.residual_risks,
        "claims": list(ending.claims),
    }


def _found(ending: Ending, survey: Survey) -> list[Finding]:
    """The findings that the ending names, as the audit has them."""
    known = [survey.finding(fingerprint) for fingerprint in ending.found[:MOST_FOUND]]
    return [finding for finding in known if finding is not None]
