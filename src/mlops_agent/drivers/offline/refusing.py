"""When the offline driver leaves a matched finding alone, and what it tells the caller then."""

from __future__ import annotations

from mlops_agent.drivers.offline.matching import Matched
from mlops_agent.drivers.offline.plan import Plan


def why_not(plan: Plan, found: Matched) -> str:
    """Say why nothing is changed for the matched findings; empty where the plan can go ahead."""
    first = found.findings[0]
    place = f"{first.rule} ({first.name}) at {first.path}:{first.line}"
    if not plan.steps:
        return (
            f"{found.why}: {place}. No rule knows a change for it that could be proved here, so "
            f"offline nothing is changed. What a person, or a driver with a model, would do: "
            f"{first.smallest_fix}"
        )
    if not found.named and not all(fix.safe for _, fix in plan.steps):
        return (
            f"{found.why}, where the audit finds {place}. Its fix changes what the code does, so "
            f"the request has to name the fault: ask for `Fix {first.rule} at "
            f"{first.path}:{first.line}`"
        )
    return ""
