"""That files, or folders with all below them, are byte for byte the same in both trees."""

from __future__ import annotations

from mlops_agent.contracts.report import Untouched
from mlops_agent.report.evidence import Evidence


def check(assertion: Untouched, evidence: Evidence) -> str:
    """Return the first path that differs, or that neither tree has."""
    if evidence.diff is None:
        return "the run kept no trees to compare"
    known = evidence.paths("base")
    for path in assertion.paths:
        prefix = "" if path in (".", "./") else path.rstrip("/") + "/"
        changed = [one for one in evidence.changed if one == path or one.startswith(prefix)]
        if changed:
            return f"{changed[0]} was changed"
        if not any(one == path or one.startswith(prefix) for one in known):
            return f"there is no {path} in the base tree"
    return ""
