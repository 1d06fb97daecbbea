"""The parts of a report beside its claims: the primary risk, the validations, what remains.

Each problem is one line that names its part. Whether a person agrees with a risk or an owner is not
judged; whether what is cited exists and says so is.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from mlops_agent.contracts.change import ProbeRun
from mlops_agent.contracts.journal import ToolResult
from mlops_agent.contracts.report import (
    Absent,
    Assertion,
    Claim,
    DiffIs,
    PrimaryRisk,
    ResidualRisk,
    Validation,
)
from mlops_agent.report.checks.command import output_problem
from mlops_agent.report.checks.probe import run_problem
from mlops_agent.report.evidence import Evidence
from mlops_agent.report.freshness import stale_since
from mlops_agent.report.masking import masking
from mlops_agent.report.pointers import problem_of
from mlops_agent.report.prose.alteration import said_changed, said_missing
from mlops_agent.report.prose.backing import Backing, backing_of, backing_of_pointer
from mlops_agent.report.prose.deeds import deed_problems
from mlops_agent.report.prose.extent import told_too_much
from mlops_agent.report.prose.matching import blank
from mlops_agent.report.prose.sentence import (
    files_named,
    problems_of_names,
    problems_of_places,
)
from mlops_agent.risks.catalogue import ENTRIES
from mlops_agent.sandbox.secrets.comparing import same

_BY_COMMAND = ("tests", "other")
"""What a plain command may validate; a path of the lifecycle takes a probe of both trees."""


def risk_problems(risk: PrimaryRisk, evidence: Evidence) -> list[str]:
    """Return what the cited evidence does not bear out about the primary risk.

    A risk that names a rule has to cite a finding of that rule; the places and files that its
    statement names have to be among those that are cited.
    """
    dangling = [p for pointer in risk.evidence if (p := problem_of(pointer, evidence))]
    problems = list(dangling) if risk.evidence else ["it cites no evidence"]
    if risk.rule and risk.rule not in _rules(risk.evidence, evidence):
        problems.append(f"no finding of {risk.rule} is cited")
    told = _told_of_risk(risk, evidence) if risk.evidence and not dangling else []
    problems = [*problems, *told, *_why_problems(risk)]
    return [f"primary risk: {problem}" for problem in dict.fromkeys(problems)]


def _told_of_risk(risk: PrimaryRisk, evidence: Evidence) -> list[str]:
    backing = _cited(risk.evidence, evidence)
    # Why it matters is general; only the places that it names are facts of this repository.
    return [
        *problems_of_names(risk.statement, backing, evidence),
        *problems_of_places(risk.why, backing),
    ]


def summary_problems(
    summary: str, risk: PrimaryRisk, evidence: Evidence, claims: Sequence[Claim] = ()
) -> list[str]:
    """Return what a change's summary says that neither its diff, its risk nor its claims hold.

    Files of the repository may be named; one that is called changed has to be in the diff.
    """
    diff = evidence.diff
    if diff is None:
        return []
    known = DiffIs(files=list(diff.files), lines_added=diff.added, lines_removed=diff.removed)
    backing = backing_of([known, *_asserted(claims)], evidence) | _cited(risk.evidence, evidence)
    problems = [
        *problems_of_names(summary, backing, evidence, also=_nameable(evidence, claims)),
        *_not_changed(summary, diff.files),
        *told_too_much(summary, known),
        *deed_problems(summary),
    ]
    return [f"summary: {problem}" for problem in problems]


def validation_problems(validations: Sequence[Validation], evidence: Evidence) -> list[str]:
    """Return where the outcome that a validation states is not the one in the journal."""
    return [
        f"validation {number} ({one.path}): {problem}"
        for number, one in enumerate(validations, start=1)
        if (problem := _validation_problem(one, evidence))
    ]


def told_problems(trade_off: str, live_checks: Sequence[str]) -> list[str]:
    """Return the deeds that are told where no evidence stands: in the trade-off, as live checks."""
    parts = [("trade-off", trade_off), *(("live check", one) for one in live_checks)]
    return [f"{part}: {said}" for part, text in parts for said in deed_problems(text)]


def residual_problems(
    risks: Sequence[ResidualRisk], evidence: Evidence, claims: Sequence[Claim] = ()
) -> list[str]:
    """Return residual risks that cite what does not exist, or leave nothing to ask for next."""
    return [
        f"residual risk {number}: {problem}"
        for number, risk in enumerate(risks, start=1)
        for problem in _residual_problems(risk, evidence, claims)
    ]


def _why_problems(risk: PrimaryRisk) -> list[str]:
    entry = ENTRIES.get(risk.rule)
    page = " ".join(entry.page.split()) if entry else ""
    # A rule's page speaks of models in general.
    return [] if " ".join(risk.why.split()) in page else deed_problems(risk.why)


def _residual_problems(
    risk: ResidualRisk, evidence: Evidence, claims: Sequence[Claim]
) -> list[str]:
    dangling = [p for pointer in risk.evidence if (p := problem_of(pointer, evidence))]
    problems = list(dangling)
    if not risk.follow_up.strip():
        problems.append("it has no follow-up; say what to ask for next: 'Mend REASON at PATH:LINE'")
    if not risk.evidence:
        problems += deed_problems(risk.risk)
    if not risk.evidence or dangling:
        return problems
    backing = backing_of(_asserted(claims), evidence) | _cited(risk.evidence, evidence)
    also = [*_nameable(evidence, claims), *_missing(risk.risk, evidence)]
    return problems + problems_of_names(risk.risk, backing, evidence, also=also)


def _asserted(claims: Sequence[Claim]) -> list[Assertion]:
    """What the claims that hold assert."""
    return [one for claim in claims if claim.verified for one in claim.asserts]


def _nameable(evidence: Evidence, claims: Sequence[Claim]) -> list[str]:
    """Files that plain prose may name: those of the trees, declared ones, those claimed absent."""
    declared = [path for one in evidence.ledger.declarations for path in one.files]
    absent = [
        path
        for one in _asserted(claims)
        if isinstance(one, Absent)
        for path in (one.text, *one.paths)
    ]
    return [*evidence.paths("base"), *evidence.paths("proposed"), *declared, *absent]


def _missing(text: str, evidence: Evidence) -> list[str]:
    """Files of which a text says that they are not there, and which are in neither tree."""
    known = {*evidence.paths("base"), *evidence.paths("proposed")}
    ends = {path.rpartition("/")[2] for path in known}
    return [
        name
        for name in files_named(text)
        if name.rpartition("/")[2] not in ends and said_missing(text, name)
    ]


def _not_changed(summary: str, changed: Sequence[str]) -> list[str]:
    """Files that the summary calls changed, and the diff does not touch."""
    return [
        f"it reads as if {name} was changed, and the diff does not touch it: drop it, or say"
        " that it is unchanged"
        for name in files_named(blank(summary, changed))
        if not any(path == name or path.endswith("/" + name) for path in changed)
        and said_changed(summary, name)
    ]


def _cited(pointers: Sequence[str], evidence: Evidence) -> Backing:
    backing = Backing()
    for pointer in pointers:
        backing |= backing_of_pointer(pointer, evidence)
    return backing


def _validation_problem(validation: Validation, evidence: Evidence) -> str:
    if validation.outcome == "not-run":
        return "" if validation.why.strip() else "it was not run, and does not say why"
    if not validation.evidence:
        return f"it is said to have {validation.outcome}, and cites no run"
    for pointer in validation.evidence:
        kind, _, name = pointer.partition(":")
        problem = problem_of(pointer, evidence)
        if problem:
            return problem
        if kind == "call":
            problem = _call_problem(validation, evidence.ledger.calls[name], evidence)
        elif kind == "probe":
            problem = _probe_problem(validation, evidence.ledger.probes[name], evidence)
        else:
            problem = f"{pointer} is not a run"
        if problem:
            return problem
    return "; ".join(deed_problems(validation.why))


def _call_problem(validation: Validation, result: ToolResult, evidence: Evidence) -> str:
    if validation.path not in _BY_COMMAND:
        return (
            f"a command of the author's own shows no {validation.path}: promotion, rollback, alert,"
            " training and retraining are shown by a probe: run the command as a Probe on"
            " `proposed` and cite its run"
        )
    if masked := masking(result.command):
        return f"the exit code of call {result.call} says little, since it {masked}"
    if not same(result.command, validation.command, evidence.redactor):
        ran = evidence.redactor.text(result.command)
        return f"call {result.call} ran `{ran}`, not `{validation.command}`"
    if result.exit_code is None:
        return f"call {result.call} did not run to its end"
    if (result.exit_code == 0) != (validation.outcome == "passed"):
        return f"call {result.call} ended with exit code {result.exit_code}"
    return output_problem(result, evidence) or stale_since(result.call, evidence.changed, evidence)


def _probe_problem(validation: Validation, run: ProbeRun, evidence: Evidence) -> str:
    command = shlex.join(run.argv)
    if not same(command, validation.command, evidence.redactor):
        ran = evidence.redactor.text(command)
        return f"probe run {run.id} ran `{ran}`, not `{validation.command}`"
    if run.tree == "base":
        # Cited beside the run on the proposal, as what it is compared with.
        return "" if len(validation.evidence) > 1 else f"probe run {run.id} was on the base tree"
    colour = "green" if validation.outcome == "passed" else "red"
    if run.colour != colour:
        return f"probe run {run.id} was {run.colour}"
    return run_problem(run, evidence)


def _rules(pointers: Sequence[str], evidence: Evidence) -> set[str]:
    cited = {pointer.removeprefix("finding:") for pointer in pointers}
    return {one.rule for one in evidence.audit.findings if one.fingerprint in cited}
