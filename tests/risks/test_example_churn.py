"""The bundled example: its planted faults are found, no others, and the demo's fix is proved."""

import compileall
from pathlib import Path

from automation_repositories import apply, as_repository, only_fix, probe

from mlops_agent.lifecycle.reading import read_lifecycle
from mlops_agent.risks.auditing import audit_lifecycle
from mlops_agent.settings import load_settings

EXAMPLE = Path(__file__).parents[2] / "examples" / "churn"


def test_what_is_planted_is_found_and_nothing_else(tmp_path: Path) -> None:
    root = as_repository(EXAMPLE, tmp_path / "churn")
    audit = audit_lifecycle(read_lifecycle(root), load_settings(root))
    assert [(f.rule, f.path, f.line) for f in audit.findings] == [
        ("PIP001", ".github/workflows/train.yml", 34),
        ("DAT009", "dvc.yaml", 4),
        ("DAT009", "dvc.yaml", 14),
        ("MON007", "monitoring/alerts.yaml", 5),
    ]


def test_the_demo_changes_one_line_and_proves_it(tmp_path: Path) -> None:
    root = as_repository(EXAMPLE, tmp_path / "churn")
    fix = only_fix(root, "PIP001")
    assert probe(root, fix) == 1
    before = (root / ".github/workflows/train.yml").read_text().splitlines()
    apply(root, fix.edits)
    after = (root / ".github/workflows/train.yml").read_text().splitlines()
    assert [line for line in after if line not in before] == ["        shell: bash"]
    assert probe(root, fix) == 0


def test_the_example_is_valid_python(tmp_path: Path) -> None:
    root = as_repository(EXAMPLE, tmp_path / "churn")
    assert compileall.compile_dir(str(root), quiet=1)
