"""The judge of a report: each claim, then the rest of it, against the run's own record.

The author's word counts for nothing here. A claim holds when its assertions hold, its pointers lead
to them, and its sentence says no more than they do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mlops_agent.contracts.report import (
    Claim,
    Enumerated,
    PrimaryRisk,
    ProbeTurned,
    RunResult,
)
from mlops_agent.report.checks import enumerated, problem_with
from mlops_agent.report.checks.probe import own_probe_problems
from mlops_agent.report.draft import ReportDraft
from mlops_agent.report.evidence import Evidence
from mlops_agent.report.packets import packet_problems
from mlops_agent.report.parts import (
    residual_problems,
    risk_problems,
    summary_problems,
    told_problems,
    validation_problems,
)
from mlops_agent.report.pointers import pointers_of, problem_of
from mlops_agent.report.prose.sentence import problem_of_claim, words_problem
from mlops_agent.report.repeated import change_repeats, repeated_problems
from mlops_agent.report.said import sentence_problem
from mlops_agent.report.scope import change_problems, scope_problems
from mlops_agent.report.unfinished import UNFINISHED, unfinished_problems
from mlops_agent.report.weakening import weakening_problems

NOTHING_ASSERTED = "it asserts nothing that can be checked"
TOO_MUCH_ASSERTED = "it asserts several things: give each a claim of its own"
NOT_AGAIN = "what the report rests on was not run again on clean checkouts of its trees"
NO_PROBE = "no verified claim shows the change's probe red on the base and green on the proposal"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a draft: its claims judged, and what is wrong with the rest of it."""

    claims: tuple[Claim, ...]
    problems: tuple[str, ...]

    @property
    def verified(self) -> bool:
        """Whether every claim and all the rest holds."""
        return not self.problems and all(claim.verified for claim in self.claims)

    def complaints(self) -> list[str]:
        """Every problem in one line each, worded for the author of the draft."""
        bad = [_about(claim) + claim.problem for claim in self.claims if claim.problem]
        return bad + list(self.problems)


def check_claims(claims: Sequence[Claim], evidence: Evidence) -> list[Claim]:
    """Return the claims with `verified` and `problem` as the record bears them out.

    What the author put into those two fields is ignored.
    """
    judged = [_judge(claim, evidence) for claim in claims]
    # A list may stand on another list. Each pass settles one floor more.
    for _ in claims:
        by_text = _by_text(judged)
        judged = [_judge_lists(claim, by_text) for claim in judged]
    return judged


def check_draft(draft: ReportDraft, evidence: Evidence) -> Verdict:
    """Judge a driver's draft while the run is still open."""
    claims = check_claims(draft.claims, evidence)
    problems = [
        *scope_problems(draft.boundary, evidence),
        *change_repeats(evidence),
        *weakening_problems(evidence),
        *risk_problems(draft.primary_risk, evidence),
        *summary_problems(draft.summary, draft.primary_risk, evidence, claims),
        *told_problems(draft.trade_off, draft.live_checks),
        *validation_problems(draft.validations, evidence),
        *residual_problems(draft.residual_risks, evidence, claims),
        *_probe_problem(claims, draft.primary_risk, evidence),
    ]
    return Verdict(tuple(claims), tuple(problems))


def check_report(result: RunResult, evidence: Evidence) -> RunResult:
    """Judge the report of a run; `claims`, `problems` and `verified` are filled in anew.

    For outcomes other than a report nothing is verified, and only the findings and what the journal
    says of the run are held against the record.
    """
    claims = check_claims(result.claims, evidence)
    problems = change_problems(result, evidence)
    if result.routing != evidence.ledger.routing:
        problems.append("whose work the request is, is not what the journal says")
    problems += packet_problems(result.handoffs, result.request, evidence)
    problems += repeated_problems(result, evidence)
    if result.outcome in UNFINISHED:
        problems += unfinished_problems(result, evidence)
    else:
        problems += _part_problems(result, claims, evidence)
    if result.outcome == "report":
        problems += weakening_problems(evidence)
        problems += _probe_problem(claims, result.primary_risk, evidence)
        claims, differing = _held_to_the_rerun(claims, evidence)
        problems += differing
        if not problems and all(c.verified for c in claims) and not _ran_again(evidence):
            problems.append(NOT_AGAIN)
    holds = result.outcome == "report" and not problems and all(c.verified for c in claims)
    return result.model_copy(update={"claims": claims, "problems": problems, "verified": holds})


def _part_problems(result: RunResult, claims: Sequence[Claim], evidence: Evidence) -> list[str]:
    problems: list[str] = []
    if result.primary_risk is not None:
        problems += risk_problems(result.primary_risk, evidence)
    if result.primary_risk is not None and result.change is not None:
        problems += summary_problems(result.change.summary, result.primary_risk, evidence, claims)
        problems += told_problems(result.change.trade_off, result.live_checks)
    problems += validation_problems(result.validations, evidence)
    return problems + residual_problems(result.residual_risks, evidence, claims)


def _held_to_the_rerun(claims: list[Claim], evidence: Evidence) -> tuple[list[Claim], list[str]]:
    """Mark the claims that came out differently when they were run again; return what is left."""
    lines = evidence.ledger.reran.problems if evidence.ledger.reran else []
    marked: list[Claim] = []
    for claim in claims:
        about = _about(claim)
        mine = [line for line in lines if line.startswith(about)]
        lines = [line for line in lines if line not in mine]
        update = {"verified": False, "problem": mine[0].removeprefix(about)} if mine else {}
        marked.append(claim.model_copy(update=update))
    return marked, lines


def _ran_again(evidence: Evidence) -> bool:
    again = evidence.ledger.reran
    return again is not None and again.tree_hash == evidence.proposed_hash


def _about(claim: Claim) -> str:
    return f"claim {claim.text!r}: "


def _judge(claim: Claim, evidence: Evidence) -> Claim:
    problem = _claim_problem(claim, evidence)
    return claim.model_copy(update={"verified": not problem, "problem": problem})


def _claim_problem(claim: Claim, evidence: Evidence) -> str:
    if not claim.asserts:
        return NOTHING_ASSERTED
    if len(claim.asserts) > 1:
        return TOO_MUCH_ASSERTED
    (assertion,) = claim.asserts
    dangling = [problem for one in claim.evidence if (problem := problem_of(one, evidence))]
    false = problem_with(assertion, evidence)
    problems = [*dangling, false]
    problems += [
        f"its evidence does not name {pointer}"
        for pointer in pointers_of(assertion)
        if not any(one == pointer or one.startswith(pointer + ":") for one in claim.evidence)
    ]
    if not dangling:
        judge = words_problem if false else problem_of_claim
        problems.append(sentence_problem(claim.text, assertion, evidence, judge))
    return "; ".join(dict.fromkeys(one for one in problems if one))


def _judge_lists(claim: Claim, claims: dict[str, Claim]) -> Claim:
    if not claim.verified:
        return claim
    for assertion in claim.asserts:
        if isinstance(assertion, Enumerated):
            problem = enumerated.check(assertion, claim.text, claims)
            if problem:
                return claim.model_copy(update={"verified": False, "problem": problem})
    return claim


def _by_text(claims: Sequence[Claim]) -> dict[str, Claim]:
    return {claim.text: claim for claim in claims}


def _probe_problem(
    claims: Sequence[Claim], risk: PrimaryRisk | None, evidence: Evidence
) -> list[str]:
    turned = [
        one
        for claim in claims
        for one in claim.asserts
        if claim.verified and isinstance(one, ProbeTurned)
    ]
    if not turned:
        return [NO_PROBE]
    return own_probe_problems(risk, turned, evidence) if risk else []
