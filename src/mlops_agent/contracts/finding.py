"""A finding of a rule, and the answer of `mlops-agent audit`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mlops_agent.contracts.base import Document, Record
from mlops_agent.contracts.boundary import Boundary
from mlops_agent.contracts.lifecycle import Confidence

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("note", "warning", "error")
FixKind = Literal["safe", "unsafe", "none"]


class TrailStep(Record):
    """One stop on the way from cause to harm: the place and what happens there."""

    path: str
    line: int = Field(ge=1)
    what: str


class Suppression(Record):
    """Why a finding does not count: an inline comment or the baseline, with the written reason."""

    kind: Literal["inline", "baseline"]
    reason: str


class Finding(Record):
    """A risk at a place. `searched` lists what was looked for in vain, for claims of absence.

    `fingerprint` is stable while the finding's own line text, path and symbol stay the same; it
    holds no line number. `fix` says whether `run` can change it and whether the meaning stays.
    `why` is what this very finding leads to; empty, the rule's page says it for all of its kind.
    """

    rule: str
    name: str
    severity: Severity
    confidence: Confidence
    boundary: Boundary
    path: str
    line: int = Field(ge=1)
    message: str
    trail: list[TrailStep] = []
    searched: list[str] = []
    why: str = ""
    smallest_fix: str
    fix: FixKind
    fingerprint: str
    suppressed: bool = False
    suppression: Suppression | None = None


class AuditSummary(Record):
    """Counts of findings that stand (not suppressed), and what kept a rule from an answer."""

    error: int
    warning: int
    note: int
    suppressed: int
    resolved: int = 0
    incomplete: list[str] = []


class Audit(Document):
    """The answer of `mlops-agent audit`."""

    schema_: Literal["mlops-agent/audit/1"] = Field(default="mlops-agent/audit/1", alias="schema")
    findings: list[Finding]
    summary: AuditSummary
