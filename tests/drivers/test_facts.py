"""What a model is told of a repository: within its length, what matters first, no path cut."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from mlops_agent.drivers.anthropic.facts import MOST_CHARACTERS, facts
from mlops_agent.tools.survey import Survey

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "churn"
TRAIN = """import mlflow
import pandas as pd
from sklearn.linear_model import LogisticRegression

data = pd.read_csv("data.csv")
model = LogisticRegression().fit(data, data)
mlflow.register_model("runs:/1/model", "churn")
"""
BROKEN = "a: [1\nb: {{ x }}: y"


def survey(folder: Path) -> Survey:
    for words in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)
    return Survey(lambda: folder)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    """Three hundred files with long paths, all of them places of the lifecycle, many findings."""
    root = tmp_path_factory.mktemp("large")
    for number in range(100):
        folder = root / "packages" / "of-the-forecasting-platform" / f"model_number_{number:03}"
        folder.mkdir(parents=True)
        (folder / "train.py").write_text(TRAIN, encoding="utf-8")
        (folder / "run.py").write_text("from train import model\nmodel.predict([])\n")
        (folder / "requirements.txt").write_text("mlflow\npandas\nscikit-learn\n")
    (root / "broken.yml").write_text(BROKEN, encoding="utf-8")
    return survey(root)


def test_a_large_repository_is_told_within_the_length(large: Survey) -> None:
    told = facts(large)
    assert MOST_CHARACTERS / 2 < len(told) <= MOST_CHARACTERS
    assert re.search(r"^- and \d+ more$", told, re.MULTILINE)


def test_no_path_that_is_to_be_opened_is_cut(large: Survey) -> None:
    told = facts(large)
    places = re.findall(r"^(?:- |  [0-9a-f]{12} )(packages/\S+?):\d+", told, re.MULTILINE)
    assert len(places) > 10
    assert all((large.root / place).is_file() for place in places)


def test_findings_come_first_and_their_fingerprints_are_real(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "churn")
    known = survey(tmp_path / "churn")
    told = facts(known)
    shown = re.findall(r"^  ([0-9a-f]{12}) (\S+):(\d+)$", told, re.MULTILINE)
    found = {(one.fingerprint[:12], one.path, str(one.line)) for one in known.findings}
    assert found
    assert set(shown) == found
    assert told.index("findings of the rules") < told.index("data:") < told.index("joined")


def test_one_rule_is_told_once_however_often_it_found_something(large: Survey) -> None:
    told = facts(large)
    for rule in {one.rule for one in large.findings}:
        assert len(re.findall(rf"^- {rule} ", told, re.MULTILINE)) == 1


def test_what_cannot_be_read_is_told_with_its_reason(large: Survey) -> None:
    assert re.search(r"^- not valid YAML.*: broken\.yml$", facts(large), re.MULTILINE)


def test_a_repository_with_nothing_in_it_is_told_as_that(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("Nothing.\n", encoding="utf-8")
    told = facts(survey(tmp_path))
    assert "findings of the rules: none" in told
    assert "training: nothing found" in told
    assert "joined" not in told
