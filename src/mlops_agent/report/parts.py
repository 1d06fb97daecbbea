"""The parts of a report beside its claims: the primary risk, the validations, what remains.

Each problem is one line that names its part. Whether a person agrees with a risk or an owner is not
judged; whether what is cited exists and says so is.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from mlops_agent.contracts.change import ProbeRun
from mlops_agent.contracts.journal import ToolResult
from mlops_agent.contracts.report import DiffIs, PrimaryRisk, ResidualRisk, Validation
from mlops_agent.report.checks.command import output_problem
from mlops_agent.report.checks.probe import run_problem
from mlops_agent.report.evidence import Evidence
from mlops_agent.report.freshness import stale_since
from mlops_agent.report.masking import masking
from mlops_agent.report.pointers import problem_of
from mlops_agent.report.prose.backing import Backing, backing_of, backing_of_pointer
from mlops_agent.report.prose.deeds import deed_problem
from mlops_agent.report.prose.extent import unborne
from mlops_agent.report.prose.sentence import problem_of_names, problem_of_places
from mlops_agent.risks.catalogue import ENTRIES

_BY_COMMAND = ("tests", "other")
"""What a plain command may validate; a path of the lifecycle takes a probe of both trees."""


def risk_problems(risk: PrimaryRisk, evidence: Evidence) -> list[str]:
    """Return what the cited evidence does not bear out about the primary risk.

    A risk that names a rule has to cite a finding of that rule; the places and files that its
    statement names have to be among those that are cited.
    """
    problems = [p for pointer in risk.evidence if (p := problem_of(pointer, evidence))]
    if not risk.evidence:
        problems.append("it cites no evidence")
    if risk.rule and risk.rule not in _rules(risk.evidence, evidence):
        problems.append(f"no finding of {risk.rule} is cited")
    if not problems:
        backing = _cited(risk.evidence, evidence)
        # Why it matters is general; only the places that it names are facts of this repository.
        said = (
            problem_of_names(risk.statement, backing, evidence),
            problem_of_places(risk.why, backing),
            _why_problem(risk),
        )
        problems = [problem for problem in said if problem]
    return [f"primary risk: {problem}" for problem in problems]


def summary_problems(summary: str, risk: PrimaryRisk, evidence: Evidence) -> list[str]:
    """Return what a change's summary names or quotes that neither the diff nor its risk holds."""
    diff = evidence.diff
    if diff is None:
        return []
    known = DiffIs(files=list(diff.files), lines_added=diff.added, lines_removed=diff.removed)
    backing = backing_of([known], evidence) | _cited(risk.evidence, evidence)
    problem = (
        problem_of_names(summary, backing, evidence)
        or unborne(summary, [known])
        or deed_problem(summary)
    )
    return [f"summary: {problem}"] if problem else []


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
    return [f"{part}: {said}" for part, text in parts if (said := deed_problem(text))]


def residual_problems(risks: Sequence[ResidualRisk], evidence: Evidence) -> list[str]:
    """Return residual risks that cite what does not exist, or leave nothing to ask for next."""
    return [
        f"residual risk {number}: {problem}"
        for number, risk in enumerate(risks, start=1)
        if (problem := _residual_problem(risk, evidence))
    ]


def _why_problem(risk: PrimaryRisk) -> str:
    entry = ENTRIES.get(risk.rule)
    page = " ".join(entry.page.split()) if entry else ""
    # A rule's page speaks of models in general.
    return "" if " ".join(risk.why.split()) in page else deed_problem(risk.why)


def _residual_problem(risk: ResidualRisk, evidence: Evidence) -> str:
    for pointer in risk.evidence:
        if problem := problem_of(pointer, evidence):
            return problem
    if not risk.follow_up.strip():
        return "it has no follow-up; say what to ask for next: 'Mend REASON at PATH:LINE'"
    if not risk.evidence:
        return deed_problem(risk.risk)
    return problem_of_names(risk.risk, _cited(risk.evidence, evidence), evidence)


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
    return deed_problem(validation.why)


def _call_problem(validation: Validation, result: ToolResult, evidence: Evidence) -> str:
    if validation.path not in _BY_COMMAND:
        return f"a command of the author's own shows no {validation.path}: cite a probe"
    if masked := masking(result.command):
        return f"the exit code of call {result.call} says little, since it {masked}"
    if result.command != validation.command:
        return f"call {result.call} ran `{result.command}`, not `{validation.command}`"
    if result.exit_code is None:
        return f"call {result.call} did not run to its end"
    if (result.exit_code == 0) != (validation.outcome == "passed"):
        return f"call {result.call} ended with exit code {result.exit_code}"
    return output_problem(result, evidence) or stale_since(result.call, evidence.changed, evidence)


def _probe_problem(validation: Validation, run: ProbeRun, evidence: Evidence) -> str:
    if validation.command != shlex.join(run.argv):
        return f"probe run {run.id} ran `{shlex.join(run.argv)}`, not `{validation.command}`"
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
