"""That the audit of the base tree, worked out anew, holds a finding at this place."""

from __future__ import annotations

from mlops_agent.contracts.report import FoundRisk
from mlops_agent.report.evidence import Evidence


def check(assertion: FoundRisk, evidence: Evidence) -> str:
    """Return how the finding differs from what a fresh audit says."""
    for finding in evidence.audit.findings:
        if finding.fingerprint != assertion.fingerprint:
            continue
        if finding.rule != assertion.rule:
            return f"finding {assertion.fingerprint} is of rule {finding.rule}"
        if (finding.path, finding.line) != (assertion.path, assertion.line):
            return f"finding {assertion.fingerprint} is at {finding.path}:{finding.line}"
        if finding.suppressed:
            return f"finding {assertion.fingerprint} is suppressed"
        return ""
    return f"an audit of the base tree has no finding {assertion.fingerprint}"
