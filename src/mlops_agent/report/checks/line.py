"""That a line of one of the two trees holds a text."""

from __future__ import annotations

from mlops_agent.contracts.report import LineSays
from mlops_agent.report.evidence import Evidence
from mlops_agent.sandbox.secrets.comparing import holds


def check(assertion: LineSays, evidence: Evidence) -> str:
    """Return what stands at the place instead; a blank text says nothing and does not pass."""
    place = f"{assertion.path}:{assertion.line} of the {assertion.tree} tree"
    actual = evidence.line(assertion.tree, assertion.path, assertion.line)
    if actual is None:
        return f"there is no line {place}"
    if not assertion.text.strip():
        return f"a blank text says nothing about {place}"
    exact = evidence.exact_line(assertion.tree, assertion.path, assertion.line) or ""
    told = assertion.text.strip()
    if told not in actual and not holds(exact, told, evidence.redactor):
        return f"{place} reads {actual.strip()!r}"
    return ""
