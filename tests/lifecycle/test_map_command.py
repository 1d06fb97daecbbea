"""`mlops-agent map` from outside: bad inputs, forms of output, determinism."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from forked_commands import run_forked

from mlops_agent.contracts.lifecycle import STAGES, LifecycleMap


def call(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return run_forked("map", *map(str, arguments))


def started(repo: Path, seed: str) -> bytes:
    """The map as JSON of a Python that is started with this hash seed."""
    return subprocess.run(
        [sys.executable, "-m", "mlops_agent.cli.main", "map", repo, "--format", "json"],
        capture_output=True,
        env={**os.environ, "PYTHONHASHSEED": seed},
        check=True,
    ).stdout


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run(["git", *identity, "-C", folder, *arguments], check=True, capture_output=True)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / "train.py").write_text(
        "import mlflow\nfrom sklearn.linear_model import LogisticRegression\n\n"
        "model = LogisticRegression()\nmodel.fit([[0]], [0])\n"
        'mlflow.register_model("runs:/1/model", "churn")\n'
    )
    (folder / "serve.py").write_text(
        'import mlflow\n\nmodel = mlflow.pyfunc.load_model("models:/churn@champion")\n'
        "print(model.predict([[1]]))\n"
    )
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "one")
    return folder


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda p: p / "nowhere", "no such folder"),
        (lambda p: (p / "file").write_text("x") and p / "file", "not a folder"),
        (lambda p: p, "not a git repository"),
    ],
)
def test_bad_inputs_are_one_clear_line(tmp_path: Path, make: object, complaint: str) -> None:
    assert callable(make)
    done = call(make(tmp_path))
    assert done.returncode == 2
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_bare_repository_is_refused_with_a_way_out(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "bare.git")
    done = call(tmp_path / "bare.git")
    assert done.returncode == 2
    assert "bare repository" in done.stderr
    assert "clone" in done.stderr


def test_repository_without_commits_is_mapped(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "train.py").write_text("import sklearn\n")
    drawn = LifecycleMap.from_json(call(tmp_path, "--format", "json").stdout)
    assert drawn.repo.commit is None
    assert drawn.repo.dirty
    assert drawn.repo.files == 1


def test_json_is_byte_identical_across_hash_seeds_and_cache_states(repo: Path) -> None:
    first = started(repo, "1")
    again = [started(repo, seed) for seed in ("2", "3")]
    assert again == [first, first]
    drawn = LifecycleMap.from_json(first)
    assert drawn.to_json().encode() == first


def test_text_names_stages_places_and_what_is_absent(repo: Path) -> None:
    text = call(repo).stdout
    assert "train.py:6" in text
    assert "features     absent" in text
    assert "train.py registers serve.py" in text
    assert "mlops-agent audit" in text


def test_output_goes_to_a_file(repo: Path, tmp_path: Path) -> None:
    target = tmp_path / "map.json"
    done = call(repo, "--format", "json", "--output", target)
    assert done.stdout == ""
    assert json.loads(target.read_text())["schema"] == "mlops-agent/map/1"


def test_strange_file_names_survive_as_json(repo: Path) -> None:
    body = (repo / "train.py").read_bytes()
    for name in (b"with space.py", b"new\nline.py", b"latin\xe9.py", "grün.py".encode()):
        (repo / os.fsdecode(name)).write_bytes(body)
    git(repo, "add", "-A")
    paths = {a["path"] for a in json.loads(call(repo, "--format", "json").stdout)["assets"]}
    assert {"with space.py", r"new\nline.py", r"latin\xe9.py", "grün.py"} <= paths


def test_non_ml_repository_comes_out_empty(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "main.py").write_text(
        "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/')\ndef root(): return 1\n"
    )
    (tmp_path / "Dockerfile").write_text('FROM python:3.11\nCMD ["uvicorn", "main:app"]\n')
    git(tmp_path, "add", "-A")
    drawn = LifecycleMap.from_json(call(tmp_path, "--format", "json").stdout)
    assert drawn.assets == []
    assert not any(stage.present for stage in drawn.stages.values())


def test_quiet_is_one_line_a_stage(repo: Path) -> None:
    lines = call(repo, "-q").stdout.splitlines()
    stages = [line.split()[0] for line in lines if line.startswith("  ")]
    assert stages == list(STAGES)


def test_what_is_placed_by_its_name_alone_is_marked_and_explained(repo: Path) -> None:
    assert "placed by its name alone" not in call(repo).stdout
    (repo / "features.py").write_text("import numpy\n\n\ndef build(rows):\n    return rows\n")
    git(repo, "add", ".")
    said = call(repo).stdout
    assert ("  ?\n" in said) == ("placed by its name alone" in said)
