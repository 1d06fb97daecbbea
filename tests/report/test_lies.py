"""Every kind of lie is caught, for the reason that it is a lie."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from report_lies import LIES, Lie, complaints, told_as_verified
from report_staging import seal
from report_truths import true_run

from mlops_agent.contracts.report import RunResult
from mlops_agent.report.checker import check_report
from mlops_agent.report.evidence import Evidence
from mlops_agent.report.rechecking import check_run


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RunResult]:
    return true_run(tmp_path_factory.mktemp("truth"))


@pytest.fixture(scope="module")
def evidence(truth: tuple[Path, RunResult]) -> Evidence:
    """One record for all lies: they change the report alone."""
    return Evidence.of_run(truth[0])


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.name)
def test_a_lie_is_caught(lie: Lie, truth: tuple[Path, RunResult], evidence: Evidence) -> None:
    checked = check_report(told_as_verified(lie.change(truth[1])), evidence)
    assert not checked.verified
    said = complaints(checked)
    assert any(re.search(lie.says, one) for one in said), said


def test_the_report_without_a_lie_passes(truth: tuple[Path, RunResult], evidence: Evidence) -> None:
    assert complaints(check_report(truth[1], evidence)) == []


def test_a_sealed_lie_is_still_one(truth: tuple[Path, RunResult], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(truth[0], tmp_path / truth[0].name))
    seal(folder, told_as_verified(LIES[0].change(truth[1])))
    assert "the stored report calls itself verified" in complaints(check_run(folder))
