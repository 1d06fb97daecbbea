"""What comes after the plan: requests that `run` takes for what the repository lacks, and risks.

Findings come first, the gravest ahead, then the missing controls in order of what they bound: a way
back, a gate, a monitor, a careful release, lineage.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mlops_agent.contracts.bundle import NextRequest, PlanRisk
from mlops_agent.contracts.finding import Boundary, Finding
from mlops_agent.contracts.gates import Gate
from mlops_agent.vocabulary.plan import ControlWords, control_words
from mlops_agent.workflow.ground import Ground, quoted
from mlops_agent.workflow.naming import Names
from mlops_agent.workflow.owners import owner_of

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

MOST_FINDINGS = 8
MOST_RISKS = 6
_SEVERITY = {"error": 0, "warning": 1, "note": 2}
_ROLES: dict[Boundary, str] = {
    "pipeline": "training pipeline owner",
    "registry": "model owner",
    "deployment": "serving owner",
    "monitor": "model owner",
}
_GATES: tuple[tuple[str, Gate], ...] = (
    ("PIP007", "retraining-rollback"),
    ("DAT", "lineage"),
    ("PIP", "training-evaluation"),
    ("REG", "registry-promotion"),
    ("DEP", "serving-release"),
    ("MON", "monitoring-drift"),
    ("REP", "reproducibility-governance"),
)
_LATE_DAYS = 7


def gate_of(rule: str) -> Gate:
    """The gate that a rule's findings belong to."""
    for prefix, gate in _GATES:
        if rule.startswith(prefix):
            return gate
    return "delivery-bundle"


def standing_findings(findings: Sequence[Finding]) -> list[Finding]:
    """The findings that count, the gravest first."""
    return sorted(
        (one for one in findings if not one.suppressed),
        key=lambda one: (_SEVERITY[one.severity], one.path, one.line),
    )


def next_requests(
    findings: Sequence[Finding],
    lacking: Sequence[ControlWords],
    names: Names,
    lifecycle: Lifecycle | None,
) -> list[NextRequest]:
    """The requests for what is missing, the riskiest gap first."""
    found = [
        NextRequest(
            request=f"Fix {one.rule} at {one.path}:{one.line}",
            gate=gate_of(one.rule),
            control=one.name,
            why=one.message,
            needs_model=one.fix == "none",
        )
        for one in standing_findings(findings)[:MOST_FINDINGS]
    ]
    # A finding's own request mends what it undoes.
    undone = {one.rule for one in standing_findings(findings)}
    missing = sorted(
        (one for one in lacking if one.request and not undone & set(one.undone_by)),
        key=lambda one: one.risk,
    )
    return [*found, *(_request(one, names, lifecycle) for one in missing)]


def named_shortly(request: NextRequest) -> str:
    """A request in few words: the finding that it mends, or the control that it adds."""
    if request.control in {one.name for one in control_words()}:
        return request.control
    return request.request


def _request(words: ControlWords, names: Names, lifecycle: Lifecycle | None) -> NextRequest:
    why = words.why if lifecycle else f"{words.why}; no repository was read, so it may be there"
    return NextRequest(
        request=names.fill(words.request),
        gate=words.gate,
        control=words.name,
        why=why,
        needs_model=True,
    )


def residual_risks(
    ground: Ground,
    findings: Sequence[Finding],
    requests: Sequence[NextRequest],
    names: Names,
) -> list[PlanRisk]:
    """What stays although the plan is carried out in order, each with an owner and a request."""
    risks = [
        PlanRisk(
            risk=f"{one.path}:{one.line}: {one.message}",
            owner=owner_of(ground, _ROLES[one.boundary]),
            follow_up=f"Fix {one.rule} at {one.path}:{one.line}",
        )
        for one in standing_findings(findings)[:MOST_RISKS]
    ]
    roles = {one.name: one.role for one in control_words()}
    risks += [
        PlanRisk(
            risk=f"No control yet ({one.control}): {one.why}.",
            owner=owner_of(ground, roles[one.control]),
            follow_up=one.request,
        )
        for one in requests
        if one.control in roles
    ][: max(0, MOST_RISKS - len(risks))]
    return [*risks, *_of_time(ground, names)]


def _of_time(ground: Ground, names: Names) -> Iterator[PlanRisk]:
    delay = ground.figures.get("label-delay")
    if delay is not None and delay.value >= _LATE_DAYS:
        yield PlanRisk(
            risk="A loss of quality that no input or score shows stays unseen until labels come: "
            f"{quoted(delay.evidence)}.",
            owner=owner_of(ground, "model owner"),
            follow_up=names.fill(
                "Add a job to the {model} model's monitoring that computes {metric} on labelled "
                "predictions as soon as labels arrive."
            ),
        )
    yield PlanRisk(
        risk="No threshold of this plan has been seen to fail: a gate that never refused may "
        "not be able to.",
        owner=owner_of(ground, "training pipeline owner"),
        follow_up=names.fill(
            "Add a test to the {model} model's promotion gate that a worse model is refused."
        ),
    )
