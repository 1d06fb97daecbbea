"""A true report passes whole; a report that says too much does not."""

from __future__ import annotations

from pathlib import Path

from report_truths import true_run

from mlops_agent.report.checker import check_report
from mlops_agent.report.evidence import Evidence


def test_a_true_report_is_verified(tmp_path: Path) -> None:
    folder, result = true_run(tmp_path)
    checked = check_report(result, Evidence.of_run(folder))
    assert [claim.problem for claim in checked.claims] == [""] * len(result.claims)
    assert checked.problems == []
    assert checked.verified
