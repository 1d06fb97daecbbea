"""A folder that was changed after the run, and a run that went too far, are told as such."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from report_lies import complaints
from report_tampering import OVERSTEPS, TAMPERINGS, Overstep, Tampering
from report_truths import Plan, true_run

from mlops_agent.contracts.report import RunResult
from mlops_agent.errors import BadInputError
from mlops_agent.report.rechecking import check_run


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RunResult]:
    return true_run(tmp_path_factory.mktemp("truth"))


@pytest.mark.parametrize("one", TAMPERINGS, ids=lambda one: one.name)
def test_tampering_shows(one: Tampering, truth: tuple[Path, RunResult], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(truth[0], tmp_path / truth[0].name))
    one.change(folder)
    if one.refused:
        with pytest.raises(BadInputError, match=one.says):
            check_run(folder)
        return
    if one.rerun:
        # Consistent in itself: this is what running it again is for.
        assert complaints(check_run(folder)) == []
    checked = check_run(folder, rerun=one.rerun, confinement="none")
    assert not checked.verified
    said = complaints(checked)
    assert any(re.search(one.says, problem) for problem in said), said


@pytest.mark.parametrize("one", OVERSTEPS, ids=lambda one: one.name)
def test_overstepping_shows(one: Overstep, tmp_path: Path) -> None:
    folder, _ = true_run(tmp_path, one.plan)
    said = complaints(check_run(folder))
    assert any(re.search(one.says, problem) for problem in said), said


def test_a_widening_with_a_reason_is_fine(tmp_path: Path) -> None:
    folder, _ = true_run(tmp_path, Plan(widening="the overlay never built"))
    assert complaints(check_run(folder)) == []


def test_a_narrowing_needs_no_reason(tmp_path: Path) -> None:
    folder, _ = true_run(tmp_path, Plan(narrowing=True))
    assert complaints(check_run(folder)) == []
