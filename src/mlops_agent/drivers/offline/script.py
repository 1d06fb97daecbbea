"""What the offline driver does, in order, as a generator of turns.

It is fed the results of its calls and nothing else, so feeding it a journal's results brings a new
process to where the old one stood.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import TypeAdapter

from mlops_agent.contracts.change import Fix
from mlops_agent.contracts.handoff import OURS
from mlops_agent.contracts.request import Request
from mlops_agent.contracts.routing import Routing
from mlops_agent.drivers.offline import asking, refusing
from mlops_agent.drivers.offline.changing import Change
from mlops_agent.drivers.offline.drafting import draft_report, in_order
from mlops_agent.drivers.offline.matching import Matched, Tied, Unmatched, match
from mlops_agent.drivers.offline.plan import Plan
from mlops_agent.drivers.offline.steps import Calls, Script
from mlops_agent.report.draft import ReportDraft
from mlops_agent.risks.rule import Rule
from mlops_agent.tools.risks import ListedFinding

MOST_SHOWN = 10
"""Findings shown where none of them is what the request speaks of, the worst first."""

_LISTED = TypeAdapter(list[ListedFinding])


def script(
    request: Request, rules: Mapping[str, Rule], routing: Routing | None = None
) -> Script[None]:
    """Do the whole job for a request; its last call is Report, Ask or NoChange.

    `routing` says which part of it is ours, all of it where None.
    """
    calls = Calls()
    yield from calls.need("Map the lifecycle.", "Lifecycle")
    findings = yield from _all_findings(calls)
    found = match(_own_text(request, routing), findings, rules)
    if isinstance(found, Tied):
        found = yield from asking.settle(calls, found)
    if isinstance(found, Unmatched):
        if routing is not None and routing.decision == "clarify":
            yield from asking.whose(calls, routing, found)
        yield from _leave(calls, found.why, in_order(findings)[:MOST_SHOWN])
        return
    plan = yield from _plan(calls, found)
    problem = refusing.why_not(plan, found)
    if problem:
        yield from _leave(calls, problem, found.findings)
        return
    change = Change(calls, plan, request)
    problem = yield from change.carry_out()
    if problem:
        yield from _leave(calls, problem, found.findings)
        return
    others = [one for one in findings if one not in plan.findings]
    draft = draft_report(plan, change, others)
    yield from _report(calls, draft, change.droppable)


def _own_text(request: Request, routing: Routing | None) -> str:
    """The request without the parts that others have, and what the caller answered of it."""
    if routing is None:
        return request.text
    asked = [request.text]
    if routing.decision == "split":
        asked = [one.text for one in routing.asks if one.owner == OURS]
    return "\n".join([*asked, *routing.answered])


def _all_findings(calls: Calls) -> Script[list[ListedFinding]]:
    findings: list[ListedFinding] = []
    offset: int | None = 0
    while offset is not None:
        page = yield from calls.need("List the risks.", "Risks", offset=offset)
        findings += _LISTED.validate_python(page["findings"])
        offset = page["next"]
    return findings


def _plan(calls: Calls, found: Matched) -> Script[Plan]:
    fixes: list[tuple[ListedFinding, Fix]] = []
    for finding in found.findings:
        data = yield from calls.need(
            f"Look at {finding.rule} at {finding.path}:{finding.line}.",
            "Risks",
            fingerprint=finding.fingerprint,
        )
        # One run keeps to one boundary: the first finding's.
        if data["fix"] is not None and finding.boundary == found.findings[0].boundary:
            fixes.append((finding, Fix.model_validate(data["fix"])))
    return Plan(tuple(fixes))


def _leave(calls: Calls, why: str, findings: Sequence[ListedFinding]) -> Script[None]:
    prints = [finding.fingerprint for finding in findings]
    yield from calls.need("Leave the repository as it is.", "NoChange", why=why, found=prints)


def _report(calls: Calls, draft: ReportDraft, droppable: int | None) -> Script[None]:
    values = draft.model_dump(mode="json")
    # The draft holds what the calls showed. Handing in the same again changes nothing, and the
    # third time it goes out with its failed claims marked.
    while True:
        yield from calls.make("Report.", "Report", droppable_hunks=droppable, **values)
