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
from mlops_agent.report.rechecking import check_run


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RunResult]:
    return true_run(tmp_path_factory.mktemp("truth"))


@pytest.fixture(scope="module")
def spoilt(truth: tuple[Path, RunResult], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One copy for all lies: each seals its own report over the one before."""
    return Path(shutil.copytree(truth[0], tmp_path_factory.mktemp("lies") / truth[0].name))


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.name)
def test_a_lie_is_caught(lie: Lie, truth: tuple[Path, RunResult], spoilt: Path) -> None:
    seal(spoilt, told_as_verified(lie.change(truth[1])))
    checked = check_run(spoilt)
    assert not checked.verified
    said = complaints(checked)
    assert any(re.search(lie.says, one) for one in said), said


def test_the_report_without_a_lie_passes(truth: tuple[Path, RunResult], spoilt: Path) -> None:
    seal(spoilt, told_as_verified(truth[1]))
    assert complaints(check_run(spoilt)) == []
