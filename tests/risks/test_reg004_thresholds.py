"""REG004: comparisons the wrong way round, thresholds of nothing, and NaN; and what is none."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from small_repository import SmallRepo

HEAD = """\
import json
import os
import sys
import mlflow


def release(metrics, best):
    rmse, auc = metrics["rmse"], metrics["auc"]
    best_rmse, champion_auc = best["rmse"], best["auc"]
"""
REGISTER = '        mlflow.register_model("runs:/1/m", "churn")\n'
ALWAYS = '    mlflow.register_model("runs:/1/m", "churn")\n'
BAD = {
    "worse-error": (f"    if rmse > best_rmse:\n{REGISTER}", 10, "where it is worse"),
    "worse-score": (f"    if champion_auc > auc:\n{REGISTER}", 10, "where it is worse"),
    "nan": (
        '    score = metrics.get("auc", float("nan"))\n'
        f"    if score < 0.8:\n        sys.exit(1)\n{ALWAYS}",
        10,
        "counts as NaN",
    ),
    "threshold": (
        '    least = float(os.getenv("MIN_AUC", "0"))\n'
        f"    if auc < least:\n        sys.exit(1)\n{ALWAYS}",
        10,
        "nothing here sets it",
    ),
}
GOOD = {
    "better-error": f"    if rmse < best_rmse:\n{REGISTER}",
    "better-score": f"    if auc >= champion_auc:\n{REGISTER}",
    "other-way": f"    if best_rmse > rmse:\n{REGISTER}",
    "retrains": f"    if rmse > best_rmse:\n        model.fit(auc)\n{REGISTER}",
    "nan-refused": (
        f'    score = metrics.get("auc", float("nan"))\n    if score >= 0.8:\n{REGISTER}'
    ),
    "threshold-with-default": (
        '    least = float(os.getenv("MIN_AUC", "0.8"))\n'
        f"    if auc < least:\n        sys.exit(1)\n{ALWAYS}"
    ),
    "error-threshold": (
        '    most = float(os.getenv("MAX_RMSE", "0"))\n'
        f"    if rmse > most:\n        sys.exit(1)\n{ALWAYS}"
    ),
    "exit-zero": (
        '    if metrics.get("metric", 0.0) >= 0.8:\n        sys.exit(0)\n    sys.exit(1)\n'
    ),
}


@pytest.mark.parametrize("form", BAD)
def test_a_gate_that_lets_the_wrong_ones_through(
    form: str, small_repo: Callable[[dict[str, str]], SmallRepo]
) -> None:
    body, line, said = BAD[form]
    found = small_repo({"release.py": HEAD + body}).only("REG004")
    assert (found.line, found.fix) == (line, "none")
    assert said in found.message


@pytest.mark.parametrize("form", GOOD)
def test_a_gate_that_refuses_is_left_alone(
    form: str, small_repo: Callable[[dict[str, str]], SmallRepo]
) -> None:
    audit = small_repo({"release.py": HEAD + GOOD[form]}).audit()
    assert [f.message for f in audit.findings if f.rule == "REG004"] == []


def test_a_threshold_that_the_workflow_sets_is_left_alone(
    small_repo: Callable[[dict[str, str]], SmallRepo],
) -> None:
    workflow = "on: push\njobs: {a: {runs-on: x, env: {MIN_AUC: '0.8'}, steps: [{run: make}]}}\n"
    files = {"release.py": HEAD + BAD["threshold"][0], ".github/workflows/w.yml": workflow}
    assert [f for f in small_repo(files).audit().findings if f.rule == "REG004"] == []
