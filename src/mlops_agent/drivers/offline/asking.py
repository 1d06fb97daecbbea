"""A tie becomes a question whose options are the findings; the answer picks one, or all."""

from __future__ import annotations

import json

from mlops_agent.contracts.request import Question
from mlops_agent.contracts.routing import Routing
from mlops_agent.drivers.offline.matching import Matched, Tied, Unmatched
from mlops_agent.drivers.offline.steps import Calls, Script
from mlops_agent.tools.risks import ListedFinding

WHICH = "which-finding"
ALL = "all"
NONE = "no"


def settle(calls: Calls, tie: Tied) -> Script[Matched | Unmatched]:
    """Ask which finding is meant; the run ends here unless the caller has answered."""
    question = _question(tie)
    result = yield from calls.make(
        "The request does not decide between these.",
        "Ask",
        questions=[question.model_dump(mode="json")],
        found=[finding.fingerprint for finding in tie.findings],
    )
    answer = json.loads(result.text).get(WHICH, "") if result.ok else ""
    return _chosen(tie, answer)


def whose(calls: Calls, routing: Routing, found: Unmatched) -> Script[None]:
    """Ask what a request is about that neither its words nor the findings tell."""
    yield from calls.make(
        f"The request does not say whose work it is, and {found.why}.",
        "Ask",
        questions=[one.model_dump(mode="json") for one in routing.questions],
    )


def _question(tie: Tied) -> Question:
    options = [_option(finding) for finding in tie.findings]
    if len(options) == 1:
        return Question(
            id=WHICH, question="Is this finding meant?", why=tie.why, options=[*options, NONE]
        )
    same = len({finding.rule for finding in tie.findings}) == 1
    return Question(
        id=WHICH,
        question="Which of these findings is meant?",
        why=tie.why,
        options=[*options, ALL] if same else options,
    )


def _chosen(tie: Tied, answer: str) -> Matched | Unmatched:
    if answer == ALL:
        return Matched(tie.findings, named=True, why="the caller answered: all of them")
    if answer == NONE:
        return Unmatched(f"{tie.why}; the caller answered that it is not meant")
    for finding in tie.findings:
        if answer == _option(finding):
            return Matched((finding,), named=True, why=f"the caller answered: {answer}")
    return Unmatched(f"the answer {answer!r} is none of the findings")


def _option(finding: ListedFinding) -> str:
    return f"{finding.rule} at {finding.path}:{finding.line}"
