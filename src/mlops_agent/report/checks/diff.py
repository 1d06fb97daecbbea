"""That the change consists of these files and line counts, and of nothing else."""

from __future__ import annotations

from mlops_agent.contracts.report import DiffIs
from mlops_agent.report.evidence import Evidence


def check(assertion: DiffIs, evidence: Evidence) -> str:
    """Return how git's own diff of the two trees differs."""
    diff = evidence.diff
    if diff is None:
        return "the run proposes no change"
    extra = sorted(set(diff.files) - set(assertion.files))
    missing = sorted(set(assertion.files) - set(diff.files))
    if extra:
        return f"the change touches {', '.join(extra)} too"
    if missing:
        return f"the change does not touch {', '.join(missing)}"
    if (diff.added, diff.removed) != (assertion.lines_added, assertion.lines_removed):
        return f"git counts {diff.added} lines added and {diff.removed} removed"
    return ""
