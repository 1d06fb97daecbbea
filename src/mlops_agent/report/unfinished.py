"""What a run that stopped on the way has to show: the change as it stands, what ran, what is open.

Put together from the run's record alone, so that it is checked by doing it once more. Nothing of it
counts as verified, and nothing of it is delivered.
"""

from __future__ import annotations

import re
import shlex
from pathlib import PurePath
from typing import Any

from mlops_agent.contracts.change import ProbeRun
from mlops_agent.contracts.journal import ToolResult
from mlops_agent.contracts.report import (
    Change,
    Outcome,
    PrimaryRisk,
    RunResult,
    Validation,
)
from mlops_agent.report.evidence import Evidence
from mlops_agent.report.freshness import seen_by
from mlops_agent.report.scope import scope_problems

UNFINISHED: frozenset[Outcome] = frozenset({"stopped", "declined"})
MOST_RUNS = 40
SUMMARY = "Unfinished: the change as it stood when the run stopped"
TRADE_OFF = "Not stated: the run stopped before its report."
REPORT = "Report"
REFUSED = "the report does not hold"
"""How the answer to a report that was refused begins; its points follow, one a line."""
UNPROVED = "no probe showed the change red on the base tree and green on the proposed tree"

_MEANT = {
    ("base", "red"): ("passed", "the fault shows"),
    ("base", "green"): ("failed", "the fault does not show"),
    ("proposed", "green"): ("passed", "the fault is gone"),
    ("proposed", "red"): ("failed", "the fault is still there"),
}
"""What a probe's colour on a tree means for the run: red on the base is what is wanted."""
_TESTS = re.compile(r"\b(?:pytest|unittest)\b")


def parts_of(evidence: Evidence, patch: str) -> dict[str, Any]:
    """The fields of the result of a run that stopped, by name; none before a declaration.

    `patch` is where the change lies as a file.
    """
    declared = evidence.ledger.declarations
    if not declared:
        return {}
    last, diff = declared[-1], evidence.diff
    risk = PrimaryRisk(
        statement=last.risk, why="", rule=last.rule, evidence=[f"declaration:{len(declared)}"]
    )
    change = None
    if diff is not None and diff.files:
        change = Change(
            summary=SUMMARY,
            trade_off=TRADE_OFF,
            files=list(diff.files),
            lines_added=diff.added,
            lines_removed=diff.removed,
            boundaries=[last.boundary],
            patch=patch,
        )
    return {
        "boundary": last.boundary,
        "primary_risk": risk,
        "change": change,
        "validations": _runs(evidence),
    }


def unfinished_problems(result: RunResult, evidence: Evidence) -> list[str]:
    """Return what is open in a run that stopped, and what its result says beside its record."""
    expected = parts_of(evidence, result.change.patch if result.change else "")
    problems = [
        f"{name.replace('_', ' ')}: not what the run's record gives"
        for name, known in expected.items()
        if getattr(result, name) != known
    ]
    if result.change and PurePath(result.change.patch).name != "change.patch":
        problems.append("the patch is not the run's")
    if not expected:
        return problems
    why = f"the run did not come to its report: {result.why}"
    return [*problems, why, *_refused(evidence), *_open(evidence)]


def _refused(evidence: Evidence) -> list[str]:
    """The points of the last report that was handed in and did not hold."""
    texts = [one.text for one in evidence.ledger.calls.values() if one.tool == REPORT]
    told = [text for text in texts if text.startswith(REFUSED)]
    if not told:
        return []
    points = [line[2:] for line in told[-1].splitlines() if line.startswith("- ")]
    number = "1 point was" if len(points) == 1 else f"{len(points)} points were"
    return [f"a report was handed in; {number} open", *points]


def _open(evidence: Evidence) -> list[str]:
    if not evidence.changed:
        return []
    problems = scope_problems(evidence.ledger.declarations[-1].boundary, evidence)
    return problems if _turned(evidence) else [*problems, UNPROVED]


def _turned(evidence: Evidence) -> bool:
    runs = evidence.ledger.probes.values()
    red = {one.probe for one in runs if (one.tree, one.colour) == ("base", "red")}
    return any(
        one.probe in red and one.colour == "green" and one.tree_hash == evidence.proposed_hash
        for one in runs
    )


def _runs(evidence: Evidence) -> list[Validation]:
    """The probes and commands that came to their end, in order, the last ones of many."""
    probes = [_probe(run, evidence) for run in evidence.ledger.probes.values()]
    commands = [
        _command(result, evidence) for result in evidence.ledger.calls.values() if result.command
    ]
    return [*probes[-MOST_RUNS:], *commands[-MOST_RUNS:]]


def _probe(run: ProbeRun, evidence: Evidence) -> Validation:
    outcome, meaning = _MEANT.get((run.tree, run.colour), ("not-run", "it could not tell"))
    why = f"{run.colour} on {_state(run.tree_hash, evidence)} ({meaning})"
    return Validation.model_validate(
        {
            "path": "other",
            "command": evidence.redactor.text(shlex.join(run.argv)),
            "outcome": outcome,
            "evidence": [f"probe:{run.id}"],
            "why": f"{why}: {run.why}" if run.why else why,
        }
    )


def _command(result: ToolResult, evidence: Evidence) -> Validation:
    ended = "did not end" if result.exit_code is None else f"exit code {result.exit_code}"
    return Validation(
        path="tests" if _TESTS.search(result.command) else "other",
        command=evidence.redactor.text(result.command),
        outcome="passed" if result.exit_code == 0 else "failed",
        evidence=[f"call:{result.call}"],
        why=f"{ended}, on {_state(seen_by(result.call, evidence), evidence)}",
    )


def _state(tree: str, evidence: Evidence) -> str:
    if tree == evidence.base_hash:
        return "the base tree"
    return "the tree as it is now" if tree == evidence.proposed_hash else "an earlier state"
