"""The Python face gives what the command line gives, also from a folder inside."""

from __future__ import annotations

import subprocess
from pathlib import Path

from mlops_agent import audit

WORKFLOW = """on: push
jobs:
  release:
    runs-on: ubuntu-latest
    steps:
      - name: Evaluate
        run: python evaluate.py || true
      - name: Promote
        run: python promote.py
"""
EVALUATE = "import joblib\nfrom sklearn.metrics import accuracy_score\naccuracy_score([1], [1])\n"


def test_audit_of_a_folder_inside_reads_the_settings_at_the_root(tmp_path: Path) -> None:
    files = {
        ".github/workflows/train.yml": WORKFLOW,
        "evaluate.py": EVALUATE,
        "promote.py": "import mlflow\nmlflow.register_model('runs:/1/model', 'churn')\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
    for argv in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
        subprocess.run(["git", *identity, *argv], cwd=tmp_path, check=True)
    inside = tmp_path / ".github"
    assert "PIP001" in {finding.rule for finding in audit(inside).findings}
    (tmp_path / "mlops-agent.yaml").write_text("ignore: [PIP001]\n")
    assert "PIP001" not in {finding.rule for finding in audit(inside).findings}
