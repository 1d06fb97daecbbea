"""PIP001: the smallest edit lets the failure through; shown by running the step itself."""

from pathlib import Path

import pytest
from automation_repositories import (
    FIXTURES,
    apply,
    as_repository,
    findings,
    only_fix,
    probe,
    replace,
)

FIXABLE = {
    "bad_github": "        shell: bash",
    "bad_github_rescue": "          python src/evaluate.py  # expect: PIP001",
    "bad_github_continue": None,
    "bad_github_job": None,
    "bad_github_set": None,
    "bad_github_request": '          ANSWER=$(curl -sf "$URL/monitoring/drift")  # expect: PIP001',
    "bad_gitlab": None,
    "bad_make": "\tpython src/evaluate.py  # expect: PIP001",
    "bad_shell": "set -euo pipefail",
}
"""Fixture to the line that the edit makes; None where the edit only takes a line out."""


@pytest.mark.parametrize("name", FIXABLE)
def test_the_probe_turns_from_red_to_green(name: str, tmp_path: Path) -> None:
    root = as_repository(FIXTURES / "PIP001" / name, tmp_path / "repo")
    fix = only_fix(root, "PIP001")
    assert not fix.safe
    assert probe(root, fix) == 1
    before = (root / fix.edits[0].path).read_text().splitlines()
    apply(root, fix.edits)
    after = (root / fix.edits[0].path).read_text().splitlines()
    assert probe(root, fix) == 0
    assert not findings(root, "PIP001")[1]
    made = FIXABLE[name]
    assert [line for line in after if line not in before] == ([made] if made else [])
    assert abs(len(after) - len(before)) <= 1


def test_a_pipeline_of_dvc_is_run_under_bash(tmp_path: Path) -> None:
    root = as_repository(FIXTURES / "PIP001" / "bad_dvc", tmp_path / "repo")
    replace(root, "dvc.yaml", "  # expect: PIP001", "")
    fix = only_fix(root, "PIP001")
    assert probe(root, fix) == 1
    apply(root, fix.edits)
    assert (
        "cmd: bash -o pipefail -c 'python src/evaluate.py | tee eval.log'"
        in (root / "dvc.yaml").read_text()
    )
    assert probe(root, fix) == 0


@pytest.mark.parametrize(
    ("name", "path", "old", "new"),
    [
        (
            "bad_github",
            ".github/workflows/train.yml",
            "- name: Evaluate",
            "- name: Evaluate\n        shell: sh",
        ),
        ("bad_github", ".github/workflows/train.yml", "| tee", "|& tee"),
        ("bad_github_rescue", ".github/workflows/train.yml", "|| true", "|| echo failed"),
        (
            "bad_github_continue",
            ".github/workflows/train.yml",
            "continue-on-error: true",
            "continue-on-error: ${{ true }}",
        ),
        ("bad_make", "Makefile", "-python src/evaluate.py", "python src/evaluate.py; true"),
        ("bad_shell", "release.sh", "set -eu\n", "set -u\n"),
    ],
)
def test_a_wrong_edit_stays_red(name: str, path: str, old: str, new: str, tmp_path: Path) -> None:
    root = as_repository(FIXTURES / "PIP001" / name, tmp_path / "repo")
    fix = only_fix(root, "PIP001")
    replace(root, path, old, new)
    assert probe(root, fix) == 1


def test_failure_of_the_job_may_be_tolerated_too(tmp_path: Path) -> None:
    root = as_repository(FIXTURES / "PIP001" / "bad_github", tmp_path / "repo")
    fix = only_fix(root, "PIP001")
    apply(root, fix.edits)
    workflow = ".github/workflows/train.yml"
    replace(root, workflow, "runs-on:", "continue-on-error: true\n    runs-on:")
    assert probe(root, fix) == 1


def test_deleting_the_step_is_not_a_mend(tmp_path: Path) -> None:
    root = as_repository(FIXTURES / "PIP001" / "bad_github", tmp_path / "repo")
    fix = only_fix(root, "PIP001")
    replace(root, ".github/workflows/train.yml", "python src/evaluate.py", "echo skipped")
    assert probe(root, fix) == 2


def test_earlier_commands_of_the_step_do_not_hide_the_loss(tmp_path: Path) -> None:
    root = as_repository(FIXTURES / "PIP001" / "bad_github_rescue", tmp_path / "repo")
    fix = only_fix(root, "PIP001")
    assert fix.probe.arguments[-1] == "src/evaluate.py"
    assert probe(root, fix) == 1


@pytest.mark.parametrize("name", ["bad_github_always", "bad_argo", "bad_airflow", "bad_kubeflow"])
def test_says_so_where_there_is_no_certain_edit(name: str, tmp_path: Path) -> None:
    root = as_repository(FIXTURES / "PIP001" / name, tmp_path / "repo")
    assert [finding.fix for finding in findings(root, "PIP001")[1]] == ["none"]


def test_line_ends_are_kept(tmp_path: Path) -> None:
    root = as_repository(FIXTURES / "PIP001" / "bad_github", tmp_path / "repo")
    workflow = root / ".github/workflows/train.yml"
    workflow.write_bytes(workflow.read_bytes().replace(b"\n", b"\r\n"))
    fix = only_fix(root, "PIP001")
    apply(root, fix.edits)
    assert b"shell: bash\r\n" in workflow.read_bytes()
    assert workflow.read_bytes().count(b"\n") == workflow.read_bytes().count(b"\r\n")
