"""A report that does not hold hears every problem at once; plain prose may name what is there."""

from __future__ import annotations

import pytest
from report_staging import WORKFLOW
from report_truths import TESTS, true_run

from mlops_agent.contracts.report import (
    Absent,
    Claim,
    CommandRan,
    PrimaryRisk,
    ResidualRisk,
    RunResult,
)
from mlops_agent.report.checker import check_claims
from mlops_agent.report.evidence import Evidence
from mlops_agent.report.parts import (
    residual_problems,
    risk_problems,
    summary_problems,
    told_problems,
)
from mlops_agent.report.prose.alteration import said_changed


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunResult, Evidence]:
    folder, result = true_run(tmp_path_factory.mktemp("truth"))
    return result, Evidence.of_run(folder)


def summary(truth: tuple[RunResult, Evidence], text: str, *claims: Claim) -> list[str]:
    result, evidence = truth
    assert result.primary_risk is not None
    return summary_problems(text, result.primary_risk, evidence, claims)


def test_a_summary_hears_all_of_its_words(truth: tuple[RunResult, Evidence]) -> None:
    text = "Mend serve.py and promote.py; it was tested, it works, and each path is covered."
    said = "\n".join(summary(truth, text))
    for part in ("serve.py is not", "promote.py was changed", "'was tested'", "'works'", "'each'"):
        assert part in said


def test_risk_trade_off_and_live_checks_hear_all(truth: tuple[RunResult, Evidence]) -> None:
    line = f"line:{WORKFLOW}:9"
    risk = PrimaryRisk(
        statement="serve.py:3 and model.py:4 fail",
        why="The drill worked and it was tested at serve.py:3.",
        rule="REG001",
        evidence=[line],
    )
    said = "\n".join(risk_problems(risk, truth[1]))
    for part in (
        "no finding of REG001",
        "serve.py:3 is",
        "model.py:4 is",
        "'drill worked'",
        "'was tes",
    ):
        assert part in said
    told = told_problems("It was tested and is reviewed.", ["The drill worked."])
    assert len(told) == 3


def test_a_claim_hears_all_that_is_wrong_with_it(truth: tuple[RunResult, Evidence]) -> None:
    ran = CommandRan(call="c5", command=TESTS, exit_code=0, quotes=["Ran 9", "Ran 8", "OK"])
    claim = Claim(text=f"`{TESTS}` surely drills each rollback.", asserts=[ran])
    (judged,) = check_claims([claim], truth[1])
    for part in ("does not hold 'Ran 9', nor 'Ran 8'", "does not name call:c5"):
        assert part in judged.problem
    for word in ("'surely'", "'drills'", "'rollback'", "'each' speaks"):
        assert word in judged.problem


def test_a_claim_may_name_its_command_by_the_call(truth: tuple[RunResult, Evidence]) -> None:
    ran = CommandRan(call="c5", command=TESTS, exit_code=0)
    texts = (
        "Call c5 passes.",
        "The command of call c5 exits with 0.",
        "`call c5` passes.",
        "It passes.",
    )
    claims = [Claim(text=one, evidence=["call:c5"], asserts=[ran]) for one in texts]
    problems = [one.problem for one in check_claims(claims, truth[1])]
    assert problems[1:3] == ["", ""]
    assert "names nothing" in problems[3]


@pytest.mark.parametrize(
    "text",
    [
        f"Let the step of {WORKFLOW} fail, which promote.py comes after.",
        "The release compares each week with the one that promote.py registers.",
        "It adds them to both parts; nothing else reads them.",
        "`evaluate.py` is unchanged.",
        "The release now hears of all failures in evaluate.py.",
    ],
)
def test_a_summary_may_name_files_and_wholes(truth: tuple[RunResult, Evidence], text: str) -> None:
    assert summary(truth, text) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Mend promote.py.", "as if promote.py was changed"),
        ("Make `promote.py` refuse NaN.", "as if promote.py was changed"),
        ("Add a check of the metric to evaluate.py.", "as if evaluate.py was changed"),
        ("evaluate.py refuses NaN.", "as if evaluate.py was changed"),
        ("The gate is stricter: promote.py now asks for it.", "as if promote.py was changed"),
        ("Mend serve.py.", "serve.py is not among the files"),
        ("Harden every step.", "'every' speaks of a whole"),
        ("All steps are fixed.", "'All' speaks of a whole"),
        ("Every step is covered.", "'Every' speaks of a whole"),
    ],
)
def test_a_summary_of_more_is_refused(
    truth: tuple[RunResult, Evidence], text: str, says: str
) -> None:
    assert any(says in one for one in summary(truth, text))


def test_a_file_that_stands_in_a_relative_clause_is_not_called_changed() -> None:
    assert not said_changed("Replace the reference by the sample that train.py leaves.", "train.py")
    assert said_changed("Replace the sample in src/train.py.", "train.py")


def residual(truth: tuple[RunResult, Evidence], risk: str, *claims: Claim) -> list[str]:
    one = ResidualRisk(
        risk=risk, priority=1, owner="o", follow_up="f", evidence=[f"line:{WORKFLOW}:11"]
    )
    return residual_problems([one], truth[1], claims)


def test_a_residual_risk_names_what_is_there_or_missing(truth: tuple[RunResult, Evidence]) -> None:
    assert residual(truth, "evaluate.py takes a NaN, and dvc.lock is missing.") == []
    assert "dvc.lock is not among" in residual(truth, "dvc.lock pins the data.")[0]
    (claim,) = check_claims(
        [Claim(text="`dvc.lock` stands nowhere.", asserts=[Absent(text="dvc.lock")])], truth[1]
    )
    assert residual(truth, "Nothing reads dvc.lock here.", claim) == []
