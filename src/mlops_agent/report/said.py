"""Whether a sentence says what its assertion says: one that was made from it, or an author's own.

Claims and the facts of packets are held to the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mlops_agent.contracts.report import Assertion, CommandRan
from mlops_agent.report.evidence import Evidence
from mlops_agent.report.prose.moment import ran_problem
from mlops_agent.report.prose.sentence import problem_of_claim
from mlops_agent.report.wording import sentence_of

Judge = Callable[[str, Sequence[Assertion], Evidence], str]


def sentence_problem(
    text: str, assertion: Assertion, evidence: Evidence, judge: Judge = problem_of_claim
) -> str:
    """Say what a sentence says beyond its assertion; `judge` looks at an author's own words.

    A sentence that was made from the assertion says what that says, but not when.
    """
    for before in (False, True):
        if text == sentence_of(assertion, before=before):
            ran = isinstance(assertion, CommandRan)
            return ran_problem(assertion, before, evidence) if ran else ""
    return judge(text, [assertion], evidence)
