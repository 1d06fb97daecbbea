"""No true report is refused, whatever its files are called and however they end."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from report_lies import complaints
from report_truths import Plan, true_run
from report_varied import VARIED, plans

from mlops_agent.report.rechecking import check_run


@pytest.mark.parametrize("name", VARIED)
def test_a_true_report_is_not_refused(name: str, tmp_path: Path) -> None:
    folder, _ = true_run(tmp_path, VARIED[name])
    checked = check_run(folder)
    assert complaints(checked) == []
    assert checked.verified


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plans())
def test_nor_one_of_any_other_shape(plan: Plan) -> None:
    with tempfile.TemporaryDirectory() as folder:
        run, _ = true_run(Path(folder), plan)
        assert complaints(check_run(run)) == []
