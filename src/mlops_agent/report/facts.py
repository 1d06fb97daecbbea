"""The facts of a hand-off packet, held to what a claim of a report is held to.

A fact points into the run's record as a claim does, and its sentence may say no more than the
places it points to. What it asserts is read off its pointers; a packet has no typed assertions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mlops_agent.contracts.handoff import Fact
from mlops_agent.contracts.report import (
    Assertion,
    CommandRan,
    DiffIs,
    FoundRisk,
    LineSays,
    ProbeTurned,
)
from mlops_agent.report.checks import problem_with
from mlops_agent.report.evidence import Evidence
from mlops_agent.report.freshness import ran_on_base
from mlops_agent.report.pointers import parse_line, problem_of
from mlops_agent.report.said import sentence_problem
from mlops_agent.report.wording import sentence_of

NO_EVIDENCE = "it cites no evidence"
TOO_MUCH = "it points to several things: give each a fact of its own"
_QUOTE = re.compile(r"`([^`]+)`")


def fact_problem(fact: Fact, evidence: Evidence) -> str:
    """Say why a fact cannot count as verified, or return the empty string."""
    if not fact.evidence:
        return NO_EVIDENCE
    for pointer in fact.evidence:
        if problem := problem_of(pointer, evidence):
            return problem
    asserted = _asserted(fact, evidence)
    if isinstance(asserted, str):
        return asserted
    if len(asserted) > 1:
        return TOO_MUCH
    return problem_with(asserted[0], evidence) or sentence_problem(
        fact.claim, asserted[0], evidence
    )


def worded(fact: Fact, evidence: Evidence) -> str:
    """The sentence that a fact's evidence makes by itself, or the empty string."""
    if any(problem_of(pointer, evidence) for pointer in fact.evidence):
        return ""
    asserted = _asserted(fact, evidence)
    if isinstance(asserted, str) or not asserted:
        return ""
    early = isinstance(asserted[0], CommandRan) and asserted[0].call in ran_on_base(evidence)
    return sentence_of(asserted[0], before=early)


def judged(facts: Sequence[Fact], evidence: Evidence) -> list[Fact]:
    """The facts with `verified` as the record bears them out, whatever it said before."""
    return [one.model_copy(update={"verified": not fact_problem(one, evidence)}) for one in facts]


def _asserted(fact: Fact, evidence: Evidence) -> list[Assertion] | str:
    """What the pointers of a fact assert, or why one of them asserts nothing."""
    asserted: list[Assertion] = []
    probes: list[str] = []
    for pointer in fact.evidence:
        kind, _, rest = pointer.partition(":")
        if kind == "probe":
            probes.append(rest)
            continue
        one = _assertion(kind, rest, fact.claim, evidence)
        if isinstance(one, str):
            return one
        asserted.append(one)
    if not probes:
        return asserted
    turned = _turned(probes, evidence)
    return turned if isinstance(turned, str) else [*asserted, turned]


def _assertion(kind: str, rest: str, text: str, evidence: Evidence) -> Assertion | str:
    if kind == "line" and (place := parse_line(rest)) is not None:
        tree, path, number = place
        return LineSays(
            path=path, line=number, text=evidence.line(tree, path, number) or "", tree=tree
        )
    if kind == "call":
        return _command(rest, text, evidence)
    if kind == "diff" and evidence.diff is not None:
        diff = evidence.diff
        return DiffIs(files=list(diff.files), lines_added=diff.added, lines_removed=diff.removed)
    if kind == "finding":
        found = next(one for one in evidence.audit.findings if one.fingerprint == rest)
        return FoundRisk(fingerprint=rest, rule=found.rule, path=found.path, line=found.line)
    return f"{kind}:{rest} shows nothing by itself: cite a line, call, finding, probe or the diff"


def _command(call: str, text: str, evidence: Evidence) -> Assertion | str:
    result = evidence.ledger.calls[call]
    if not result.command or result.exit_code is None:
        return f"call {call} ran no command to its end: cite the lines that it showed, line:PATH:N"
    quotes = [one for one in _QUOTE.findall(text) if one not in result.command]
    shown = evidence.redactor.text(result.command)
    return CommandRan(call=call, command=shown, exit_code=result.exit_code, quotes=quotes)


def _turned(probes: Sequence[str], evidence: Evidence) -> Assertion | str:
    runs = [evidence.ledger.probes[one] for one in probes]
    by_tree = {run.tree: run for run in runs}
    if len(runs) != len(by_tree) or len(by_tree) < 2:
        return "cite a probe by two runs, one on the base tree and one on the proposed tree"
    base, proposed = by_tree["base"], by_tree["proposed"]
    return ProbeTurned(probe=base.probe, base_run=base.id, proposed_run=proposed.id)
