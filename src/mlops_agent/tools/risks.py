"""The tool Risks: the findings of the base tree, page by page, or one in full with its fix."""

from __future__ import annotations

import json
from typing import Any

from pydantic import Field

from mlops_agent.contracts.base import Record
from mlops_agent.contracts.finding import Boundary, Finding, FixKind, Severity
from mlops_agent.contracts.journal import ToolResult
from mlops_agent.contracts.lifecycle import Confidence
from mlops_agent.tools.base import ToolError, text_result
from mlops_agent.tools.context import ToolContext
from mlops_agent.tools.desk import Desk

PAGE = 40


class RisksInput(Record):
    """`fingerprint` (or its beginning) asks for one finding; `offset` goes on with the list."""

    fingerprint: str = ""
    offset: int = Field(default=0, ge=0)


class ListedFinding(Record):
    """A finding as the list shows it: without trail and searches."""

    fingerprint: str
    rule: str
    name: str
    severity: Severity
    confidence: Confidence
    boundary: Boundary
    path: str
    line: int
    message: str
    why: str = ""
    smallest_fix: str
    fix: FixKind


class Risks:
    """List the risks that the rules find in the repository as committed at the base.

    Without arguments: JSON {"findings": [...], "next": offset or null}, in order of path and line;
    call again with `offset` for the next page. With `fingerprint`: JSON {"finding", "fix"}: the
    finding with its trail, and the smallest change that its rule knows (edits, probe, trade-off),
    null where it knows none.
    """

    name = "Risks"
    Input = RisksInput
    parallel = False

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def run(self, call: str, values: RisksInput, context: ToolContext) -> ToolResult:
        """Return a page of the list, or one finding with its fix."""
        told = self._one(values.fingerprint) if values.fingerprint else self._page(values.offset)
        return text_result(call, self.name, json.dumps(told, ensure_ascii=False, indent=1))

    def _page(self, offset: int) -> dict[str, Any]:
        findings = self._desk.survey.findings
        page = [listed(one).model_dump(mode="json") for one in findings[offset : offset + PAGE]]
        after = offset + PAGE
        return {"findings": page, "next": after if after < len(findings) else None}

    def _one(self, fingerprint: str) -> dict[str, Any]:
        survey = self._desk.survey
        finding = survey.finding(fingerprint)
        if finding is None:
            raise ToolError(f"no single finding has the fingerprint {fingerprint}: list them first")
        fix = survey.fix(finding)
        return {
            "finding": finding.model_dump(mode="json"),
            "fix": fix.model_dump(mode="json") if fix else None,
        }


def listed(finding: Finding) -> ListedFinding:
    """Cut a finding down to what the list shows."""
    fields = finding.model_dump(include=set(ListedFinding.model_fields))
    return ListedFinding.model_validate(fields)
