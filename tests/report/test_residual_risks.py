"""A residual risk in plain English stands where it names what it cites, and hears what it lacks."""

from __future__ import annotations

from pathlib import Path

import pytest
from report_staging import WORKFLOW
from report_truths import true_run

from mlops_agent.contracts.report import ResidualRisk
from mlops_agent.report.evidence import Evidence
from mlops_agent.report.parts import residual_problems

SAID = f"{WORKFLOW}:11 promotes whatever came out last, so nobody approves a model by name."
ASK = f"Ask for an approval before the promotion at {WORKFLOW}:11."


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    folder: Path = tmp_path_factory.mktemp("truth")
    return Evidence.of_run(true_run(folder)[0])


def problems(evidence: Evidence, risk: str = SAID, ask: str = ASK, line: int = 11) -> list[str]:
    one = ResidualRisk(
        risk=risk,
        priority=1,
        owner="model owner",
        follow_up=ask,
        evidence=[f"line:{WORKFLOW}:{line}"],
    )
    return residual_problems([one], evidence)


def test_a_plain_sentence_with_a_line_stands(evidence: Evidence) -> None:
    assert problems(evidence) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"line": 99}, f"the evidence line:{WORKFLOW}:99 does not exist"),
        ({"line": 9}, f"{WORKFLOW}:11 is not among the places"),
        ({"risk": "serve.py promotes it."}, "serve.py is not among the files"),
        ({"ask": " "}, "say what to ask for next"),
    ],
)
def test_what_it_lacks_is_said(evidence: Evidence, change: dict[str, object], says: str) -> None:
    (problem,) = problems(evidence, **change)  # pyright: ignore[reportArgumentType]
    assert problem.startswith("residual risk 1: ")
    assert says in problem
