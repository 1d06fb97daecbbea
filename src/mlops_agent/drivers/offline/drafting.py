"""The offline driver's report: every sentence with its assertion and its pointer.

Says only what the calls showed. Paths of the lifecycle that nothing exercised are listed as not
run, with the reason; findings that were left alone become the next requests.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from mlops_agent.contracts.finding import Boundary
from mlops_agent.contracts.journal import ToolResult
from mlops_agent.contracts.report import (
    Claim,
    DiffIs,
    FoundRisk,
    PrimaryRisk,
    ProbeTurned,
    ResidualRisk,
    Validation,
)
from mlops_agent.drivers.offline.changing import Change, Proof
from mlops_agent.drivers.offline.plan import Plan
from mlops_agent.report.draft import ReportDraft
from mlops_agent.risks.catalogue import ENTRIES
from mlops_agent.tools.risks import ListedFinding

MOST_FOLLOW_UPS = 8
_SEVERITY = {"error": 0, "warning": 1, "note": 2}
_NUMSTAT = re.compile(r"^(\d+)\t(\d+)\t", re.MULTILINE)
_WHY = re.compile(
    r"^#* *Why it matters *:?\n[-=~]*\n*(.+?)(?:\n\s*\n|\Z)", re.MULTILINE | re.DOTALL
)
_NOT_RUN = "nothing here ran it: the probe covers the changed step alone"
_OWNERS: dict[Boundary, str] = {
    "pipeline": "training pipeline owner",
    "registry": "model owner",
    "deployment": "serving owner",
    "monitor": "monitoring owner",
}


def draft_report(plan: Plan, change: Change, others: Sequence[ListedFinding]) -> ReportDraft:
    """Draft the report of a change that was proved; `others` are the findings left alone."""
    first = plan.findings[0]
    return ReportDraft(
        boundary=first.boundary,
        primary_risk=PrimaryRisk(
            statement=first.message,
            why=first.why or why_it_matters(first.rule),
            rule=first.rule,
            evidence=[f"finding:{first.fingerprint}"],
        ),
        summary=" ".join(dict.fromkeys(fix.summary for _, fix in plan.steps)),
        trade_off=" ".join(dict.fromkeys(fix.trade_off for _, fix in plan.steps)),
        validations=_validations(change),
        live_checks=list(dict.fromkeys(one for _, fix in plan.steps for one in fix.live_checks)),
        residual_risks=[
            _residual(finding, number)
            for number, finding in enumerate(
                in_order(others, first.rule)[:MOST_FOLLOW_UPS], start=1
            )
        ],
        claims=[
            *(_found(finding) for finding in plan.findings),
            *(_turned(proof) for proof in change.proofs),
            *_diff(plan, change.numbers),
        ],
    )


def why_it_matters(rule: str) -> str:
    """The first paragraph of the rule page's section of that name, on one line."""
    entry = ENTRIES.get(rule)
    found = _WHY.search(entry.page) if entry else None
    return " ".join(found[1].split()) if found else "The rule's page says why."


def follow_up(finding: ListedFinding) -> str:
    """A finding as a request that `run` takes."""
    return f"Fix {finding.rule} at {finding.path}:{finding.line}"


def _residual(finding: ListedFinding, priority: int) -> ResidualRisk:
    return ResidualRisk(
        risk=f"{finding.path}:{finding.line}: {finding.message}",
        priority=priority,
        owner=_OWNERS[finding.boundary],
        follow_up=follow_up(finding),
        evidence=[f"finding:{finding.fingerprint}"],
    )


def in_order(findings: Sequence[ListedFinding], rule: str = "") -> list[ListedFinding]:
    """The same fault in other places first, then the worst."""
    return sorted(findings, key=lambda f: (f.rule != rule, _SEVERITY[f.severity], f.path, f.line))


def _found(finding: ListedFinding) -> Claim:
    place = f"{finding.path}:{finding.line}"
    return Claim(
        text=f"The audit of the base tree finds {finding.rule} ({finding.name}) at {place}.",
        evidence=[f"finding:{finding.fingerprint}"],
        asserts=[
            FoundRisk(
                fingerprint=finding.fingerprint,
                rule=finding.rule,
                path=finding.path,
                line=finding.line,
            )
        ],
    )


def _turned(proof: Proof) -> Claim:
    name = proof.probe.name
    return Claim(
        text=f"The probe `{name}` is red on the base tree and green on the proposed tree.",
        evidence=[f"probe:{proof.base.id}", f"probe:{proof.proposed.id}"],
        asserts=[ProbeTurned(probe=name, base_run=proof.base.id, proposed_run=proof.proposed.id)],
    )


def _diff(plan: Plan, numbers: ToolResult | None) -> list[Claim]:
    """The diff in numbers as git printed them, where it could count every file."""
    counts = _NUMSTAT.findall(numbers.text) if numbers and numbers.ok else []
    new = [edit for edit in plan.edits if not edit.old]
    if numbers is None or len(counts) + len(new) != len(plan.files):
        return []
    added = sum(int(one) for one, _ in counts) + sum(len(e.new.splitlines()) for e in new)
    removed = sum(int(one) for _, one in counts)
    said = Claim(
        text=f"The change adds {_lines(added)} and removes {_lines(removed)}, in "
        f"{', '.join(plan.files)} and in no other file.",
        evidence=["diff"],
        asserts=[DiffIs(files=plan.files, lines_added=added, lines_removed=removed)],
    )
    return [said]


def _lines(number: int) -> str:
    return "1 line" if number == 1 else f"{number} lines"


def _validations(change: Change) -> list[Validation]:
    proved = [
        Validation(
            path="other",
            command=shlex.join(proof.proposed.argv),
            outcome="passed",
            evidence=[f"probe:{proof.base.id}", f"probe:{proof.proposed.id}"],
            why="red before the change, green after it",
        )
        for proof in change.proofs
    ]
    left = [
        Validation(path=path, command="", outcome="not-run", why=_NOT_RUN)
        for path in ("promotion", "rollback", "alert")
    ]
    return proved + left
