"""The wheel in a clean environment, started from another folder, does what a checkout does.

The only tests that need a network: pip fetches the locked dependencies from the package index.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REQUEST = (
    "The nightly retraining promotes a model even when the evaluation failed. "
    "Make a failing evaluation stop the promotion."
)

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed command of a wheel that was built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    python = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir"]
    subprocess.run([*python, str(folder), str(ROOT)], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv")
    # The pip that is here installs into it; what a command imports is compiled then.
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "venv/bin/python"), "install"]
    pip += ["-q", "--disable-pip-version-check", "--no-compile"]
    lock = str(ROOT / "requirements/core.txt")
    subprocess.run([*pip, "--require-hashes", "-r", lock], check=True, capture_output=True)
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True, capture_output=True)
    return folder / "venv/bin/mlops-agent"


@pytest.fixture
def churn(tmp_path: Path) -> Path:
    """The bundled example as a repository of its own."""
    repo = tmp_path / "churn"
    shutil.copytree(ROOT / "examples/churn", repo)
    for words in (
        ["init", "-q", "-b", "main"],
        ["add", "-A"],
        ["-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "start"],
    ):
        subprocess.run(["git", *words], cwd=repo, check=True, capture_output=True)
    return repo


def start(command: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    home = folder / "home"
    home.mkdir(exist_ok=True)
    return subprocess.run(
        [str(command), *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_main_job_runs_from_the_wheel(command: Path, churn: Path, tmp_path: Path) -> None:
    done = start(command, tmp_path, "run", REQUEST, "--repo", str(churn), "--format", "json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["verified"] is True
    again = start(command, tmp_path, "check", result["run"], "--rerun")
    assert again.returncode == 0, again.stdout + again.stderr


def test_map_audit_and_explain_run_from_the_wheel(
    command: Path, churn: Path, tmp_path: Path
) -> None:
    drawn = json.loads(start(command, tmp_path, "map", str(churn), "--format", "json").stdout)
    assert drawn["stages"]["training"]["present"]
    audit = start(command, tmp_path, "audit", str(churn))
    assert audit.returncode == 1, audit.stderr
    assert "PIP001" in audit.stdout
    assert start(command, tmp_path, "explain", "PIP001").returncode == 0


def test_the_texts_are_in_the_wheel(command: Path, tmp_path: Path) -> None:
    done = start(command, tmp_path, "install", "--skills", str(tmp_path / "skills"))
    assert done.returncode == 0, done.stderr
    skill = tmp_path / "skills/mlops-engineer"
    shipped = {str(path.relative_to(skill)) for path in skill.rglob("*.md")}
    assert shipped == {
        "SKILL.md",
        "agents/mlops-engineer.md",
        *(f"references/{path.name}" for path in (ROOT / "references").glob("*.md")),
    }
