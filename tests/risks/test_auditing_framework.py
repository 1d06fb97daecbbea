"""What the audit adds to the rules: order, fingerprints, suppressions, baseline, settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_repository import SmallRepo

from mlops_agent.contracts.lifecycle import Skipped
from mlops_agent.errors import BadInputError
from mlops_agent.risks.auditing import audit_lifecycle, audit_repository
from mlops_agent.risks.baseline import Baseline, write_baseline
from mlops_agent.risks.editing import line_edits
from mlops_agent.settings import Settings

Make = Callable[[dict[str, str]], SmallRepo]
PROMOTE = """\
from mlflow import MlflowClient


def promote(version):
    MlflowClient().set_registered_model_alias("churn", "champion", version)
"""
CALL = "    MlflowClient()"


def rules(repo: SmallRepo, chosen: Settings | None = None) -> list[str]:
    return [f.rule for f in repo.audit(chosen).findings if not f.suppressed]


def test_fingerprint_survives_an_edit_elsewhere_and_not_one_of_the_line(small_repo: Make) -> None:
    repo = small_repo({"promote.py": PROMOTE})
    before = repo.only("REG001")
    repo.write("promote.py", "import json\n\n\n" + PROMOTE)
    moved = repo.only("REG001")
    assert moved.line == before.line + 3
    assert moved.fingerprint == before.fingerprint
    repo.write("promote.py", PROMOTE.replace('"champion"', '"prod"'))
    assert repo.only("REG001").fingerprint != before.fingerprint


def test_equal_lines_have_fingerprints_of_their_own(small_repo: Make) -> None:
    line = PROMOTE.splitlines()[-1]
    repo = small_repo({"promote.py": PROMOTE + line + "\n"})
    prints = [f.fingerprint for f in repo.audit().findings if f.rule == "REG001"]
    assert len(prints) == len(set(prints)) == 2


@pytest.mark.parametrize(
    ("comment", "standing"),
    [
        ("# mlops-agent: ignore[REG001] reason=approved by hand", []),
        ("# mlops-agent: ignore[REG001,REG004] reason=approved by hand", ["SUP001"]),
        ("# mlops-agent: ignore[REG001]", ["SUP001", "REG001"]),
        ("# mlops-agent: ignore reason=because", ["SUP001", "REG001"]),
        ("# mlops-agent: ignore[REG001] reason=", ["SUP001", "REG001"]),
        ("# mlops-agent: ignore[REG999] reason=x", ["SUP001", "REG001"]),
        ("# mlops-agent: ignore[REG007] reason=x", ["SUP001", "REG001"]),
    ],
)
def test_comment_on_the_line_before(small_repo: Make, comment: str, standing: list[str]) -> None:
    repo = small_repo({"promote.py": PROMOTE.replace(CALL, f"    {comment}\n{CALL}")})
    assert rules(repo) == standing


def test_suppressed_finding_is_kept_with_its_reason(small_repo: Make) -> None:
    comment = "  # mlops-agent: ignore[REG001] reason=approved by hand"
    repo = small_repo({"promote.py": PROMOTE.rstrip() + comment + "\n"})
    finding = repo.only("REG001")
    assert finding.suppressed
    assert finding.suppression is not None
    assert finding.suppression.reason == "approved by hand"
    assert repo.audit().summary.suppressed == 1


def test_words_in_a_docstring_silence_nothing(small_repo: Make) -> None:
    text = PROMOTE.replace(CALL, f'    "# mlops-agent: ignore[REG001] reason=x"\n{CALL}')
    assert rules(small_repo({"promote.py": text})) == ["REG001"]


def test_notebook_is_suppressed_by_the_first_line_of_the_cell(small_repo: Make) -> None:
    lines = [
        "# mlops-agent: ignore[REG006] reason=a trial\n",
        "import mlflow\n",
        "\n",
        'mlflow.MlflowClient().transition_model_version_stage("churn", 1, "Staging")',
    ]
    cell = {
        "cell_type": "code",
        "metadata": {},
        "execution_count": 1,
        "outputs": [],
        "source": lines,
    }
    book = {
        "cells": [cell],
        "metadata": {"kernelspec": {"language": "python", "name": "python3", "display_name": "x"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    assert rules(small_repo({"try.ipynb": json.dumps(book, indent=1)})) == []


def test_settings_choose(small_repo: Make) -> None:
    repo = small_repo({"promote.py": PROMOTE})
    assert rules(repo, Settings(select=("REG",))) == ["REG001"]
    assert rules(repo, Settings(ignore=("REG001",))) == []
    assert rules(repo, Settings(per_file_ignores={"prom*.py": ("REG",)})) == []
    assert rules(repo, Settings(exclude=("promote.py",))) == []
    assert rules(repo, Settings(external={"evaluation": "in the registry"})) == []
    assert rules(repo, Settings(aliases=("live",))) == []
    assert repo.audit(Settings(severity={"REG001": "note"})).findings[0].severity == "note"


@pytest.mark.parametrize(
    "bad",
    [
        {"select": ("REG01X",)},
        {"ignore": ("XYZ",)},
        {"severity": {"REG999": "note"}},
        {"per_file_ignores": {"a": ("Q",)}},
    ],
)
def test_unknown_rules_in_settings(small_repo: Make, bad: dict[str, object]) -> None:
    chosen = Settings.model_validate(bad)
    with pytest.raises(BadInputError, match="no rule"):
        small_repo({"a.py": "import mlflow\n"}).audit(chosen)


def test_no_claim_of_absence_on_a_file_that_was_not_read(small_repo: Make) -> None:
    workflow = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: python run.py\n"
    files = {
        "promote.py": PROMOTE,
        "run.py": "import mlflow\nfrom promote import promote\n",
        ".github/workflows/a.yml": workflow,
    }
    repo = small_repo(files)
    assert rules(repo) == ["REG001"]
    lifecycle = repo.lifecycle()
    broken = lifecycle.map.model_copy(
        update={"skipped": [Skipped(path="promote.py", reason="broken")]}
    )
    audit = audit_lifecycle(replace(lifecycle, map=broken), Settings())
    assert not [f for f in audit.findings if f.rule == "REG001"]
    assert audit.summary.incomplete == ["REG001 at promote.py:5: promote.py was not read"]


def test_baseline_accepts_and_counts_what_is_gone(small_repo: Make, tmp_path: Path) -> None:
    repo = small_repo({"promote.py": PROMOTE})
    file = tmp_path / "baseline.json"
    write_baseline(file, repo.audit().findings)
    accepted = Baseline.from_json(file.read_bytes())
    assert [one.rule for one in accepted.findings] == ["REG001"]
    _, audit = audit_repository(repo.root, Settings(), file)
    assert (audit.summary.error, audit.summary.suppressed, audit.summary.resolved) == (0, 1, 0)
    repo.write("promote.py", "import mlflow\n")
    _, audit = audit_repository(repo.root, Settings(), file)
    assert (audit.summary.suppressed, audit.summary.resolved) == (0, 1)


def test_same_bytes_for_every_hash_seed(small_repo: Make) -> None:
    repo = small_repo({"promote.py": PROMOTE, "b/promote.py": PROMOTE, "a/c.py": PROMOTE})
    outputs: set[bytes] = set()
    for seed in ("0", "1", "77"):
        argv = [sys.executable, "-m", "mlops_agent.cli.main", "audit", str(repo.root)]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        ran = subprocess.run(
            [*argv, "--format", "json"], env=environment, capture_output=True, check=False
        )
        assert ran.returncode == 1, ran.stderr
        outputs.add(ran.stdout)
    assert len(outputs) == 1


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(["a", "b", "", "  x", "a b"]), min_size=1, max_size=25),
    st.sampled_from(["\n", "\r\n"]),
    st.data(),
)
def test_line_edits_apply_and_change_only_those_lines(
    lines: list[str], end: str, data: st.DataObject
) -> None:
    text = "".join(line + end for line in lines)
    places = st.sets(st.integers(1, len(lines)), min_size=1, max_size=4)
    chosen = data.draw(places)
    changes = {n: data.draw(st.one_of(st.none(), st.just("NEW"))) for n in chosen}
    result = text
    for edit in line_edits("f", text, changes):
        assert result.count(edit.old) == 1
        result = result.replace(edit.old, edit.new)
    wanted = [changes.get(n, line) for n, line in enumerate(lines, 1)]
    assert result == "".join(line + end for line in wanted if line is not None)
