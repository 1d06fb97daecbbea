"""A finding's own why speaks of what is lost there, not of what the rule finds elsewhere."""

from pathlib import Path

import pytest
from automation_repositories import FIXTURES, as_repository, findings

from mlops_agent.report.formats.audit_text import audit_text
from mlops_agent.risks.auditing import audit_repository
from mlops_agent.settings import load_settings

WHYS = {
    "bad_github_request": "A check that could not be made looks like one that found no drift",
    "bad_azureml": "Predictions are missing, and whoever reads them is not told.",
    "bad_github_rescue": "The evaluation is the gate, and what it turns down goes on all the same.",
    "bad_github_always": "What the failed task left undone is missing in what is released.",
}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.parametrize("name", WHYS)
def test_why_is_worded_by_what_is_lost(name: str, tmp_path: Path) -> None:
    root = as_repository(FIXTURES / "PIP001" / name, tmp_path / "repo")
    assert {f.why[: len(WHYS[name])] for f in findings(root, "PIP001")[1]} == {WHYS[name]}


def test_the_audit_shows_a_findings_own_why(tmp_path: Path) -> None:
    root = as_repository(FIXTURES / "PIP001" / "bad_github_request", tmp_path / "repo")
    shown = audit_text(audit_repository(root, load_settings(root))[1])
    assert "looks like one that found no drift" in shown
    assert "the model it turned down goes to production" not in shown


def test_a_finding_without_a_why_of_its_own_shows_the_pages(tmp_path: Path) -> None:
    root = as_repository(FIXTURES / "REG001" / "bad_mlflow", tmp_path / "repo")
    shown = audit_text(audit_repository(root, load_settings(root))[1])
    assert "Every training run that ends is then as good as every other" in shown
