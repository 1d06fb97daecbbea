"""One tiny repository for each way in which two files are joined."""

from __future__ import annotations

from pathlib import Path

import pytest
from map_help import TRAIN, lifecycle, links

from mlops_agent.lifecycle.facts import Call

WORKFLOW = """\
name: train
on: {{push: {{branches: [main]}}}}
jobs:
  job:
    runs-on: ubuntu-24.04
    steps:
      - run: {command}
"""
PROJECT = """\
[project]
name = "churn"
version = "1"
[project.scripts]
churn-train = "churn.train:main"
"""


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("python src/churn/train.py --epochs 3", {}),
        ("python -m churn.train", {}),
        ("uv run --frozen python -m churn.train", {}),
        ("churn-train", {"pyproject.toml": PROJECT}),
        ("make model", {"Makefile": "model: prepare\n\nprepare:\n\tpython src/churn/train.py\n"}),
        ("bash run.sh && python src/churn/train.py", {"run.sh": "echo hello\n"}),
    ],
)
def test_workflow_command_reaches_the_script(
    tmp_path: Path, command: str, files: dict[str, str]
) -> None:
    flow = ".github/workflows/train.yml"
    read = lifecycle(
        tmp_path,
        {flow: WORKFLOW.format(command=command), "src/churn/train.py": TRAIN, **files},
    )
    assert (flow, "invokes", "src/churn/train.py") in links(read)


def test_make_test_does_not_reach_training(tmp_path: Path) -> None:
    flow = ".github/workflows/ci.yml"
    read = lifecycle(
        tmp_path,
        {
            flow: WORKFLOW.format(command="make test"),
            "Makefile": "test:\n\tpytest\n\ntrain:\n\tpython train.py\n",
            "train.py": TRAIN,
        },
    )
    assert "train.py" not in read.graph.downstream(flow)


def test_dvc_repro_reaches_the_scripts_and_stages_hand_over(tmp_path: Path) -> None:
    stages = (
        "stages:\n"
        "  prepare:\n    cmd: python prepare.py\n    deps: [prepare.py]\n    outs: [data/out.csv]\n"
        "  train:\n    cmd: python train.py\n    deps: [train.py, data/out.csv]\n    outs: [m]\n"
    )
    flow = ".github/workflows/train.yml"
    read = lifecycle(
        tmp_path,
        {
            flow: WORKFLOW.format(command="dvc repro"),
            "dvc.yaml": stages,
            "prepare.py": "print(1)\n",
            "train.py": TRAIN,
        },
    )
    found = links(read)
    assert (flow, "invokes", "dvc.yaml") in found
    assert ("dvc.yaml", "invokes", "train.py") in found
    assert ("prepare.py", "produces", "train.py") in found
    assert [link.target for link in read.graph.way(flow, "train.py")] == ["dvc.yaml", "train.py"]


@pytest.mark.parametrize(
    ("importer", "line", "target"),
    [
        ("src/pkg/a.py", "from . import b", "src/pkg/b.py"),
        ("src/pkg/a.py", "from .b import work", "src/pkg/b.py"),
        ("src/pkg/sub/a.py", "from ..b import work", "src/pkg/b.py"),
        ("run.py", "from pkg.b import work", "src/pkg/b.py"),
        ("tools/run.py", "import sys\nsys.path.insert(0, '../src')\nimport pkg.b", "src/pkg/b.py"),
        ("src/pkg/a.py", "import importlib\nm = importlib.import_module('pkg.b')", "src/pkg/b.py"),
    ],
)
def test_imports_are_followed(tmp_path: Path, importer: str, line: str, target: str) -> None:
    read = lifecycle(
        tmp_path,
        {
            "src/pkg/__init__.py": "",
            "src/pkg/sub/__init__.py": "",
            "src/pkg/b.py": "def work() -> int:\n    return 1\n",
            importer: line + "\n",
        },
    )
    assert target in read.graph.imports(importer)


def test_an_import_of_a_library_is_not_a_file_of_that_name_elsewhere(tmp_path: Path) -> None:
    read = lifecycle(
        tmp_path, {"tools/mlflow.py": "x = 1\n", "app/main.py": "import mlflow\nmlflow.autolog()\n"}
    )
    assert read.graph.imports("app/main.py") == frozenset()


def test_ambiguous_module_resolves_to_nothing(tmp_path: Path) -> None:
    read = lifecycle(
        tmp_path,
        {"one/common.py": "x = 1\n", "two/common.py": "x = 2\n", "app/main.py": "import common\n"},
    )
    assert read.graph.imports("app/main.py") == frozenset()


def test_calls_are_followed_through_a_package_that_reexports(tmp_path: Path) -> None:
    read = lifecycle(
        tmp_path,
        {
            "pkg/__init__.py": "from .registry import register\n",
            "pkg/registry.py": "def register(name: str) -> None:\n    print(name)\n",
            "main.py": "from pkg import register\n\nregister('churn')\n",
        },
    )
    callers = read.graph.callers("pkg/registry.py", "register")
    assert [(call.path, call.line) for call in callers] == [("main.py", 3)]


def test_artefact_written_and_read_joins_the_files(tmp_path: Path) -> None:
    read = lifecycle(
        tmp_path,
        {
            "evaluate.py": "import json\n\nwith open('out/metrics.json', 'w') as f:\n"
            "    json.dump({'auc': 1}, f)\n",
            "gate.py": "import json\n\nwith open('./out/metrics.json') as f:\n    json.load(f)\n",
            "other.py": "with open('out/other.json') as f:\n    print(f.read())\n",
        },
    )
    assert ("evaluate.py", "produces", "gate.py") in links(read)
    assert not any(target == "other.py" for _, _, target in links(read))


def test_model_name_folded_across_files_joins_register_promote_and_load(tmp_path: Path) -> None:
    read = lifecycle(
        tmp_path,
        {
            "names.py": 'MODEL = "churn"\n',
            "register.py": "import mlflow\nfrom names import MODEL\n"
            'mlflow.register_model("runs:/1/m", MODEL)\n',
            "promote.py": "from mlflow import MlflowClient\nclient = MlflowClient()\n"
            'client.set_registered_model_alias("churn", "champion", "3")\n',
            "serve.py": 'import mlflow\nm = mlflow.pyfunc.load_model("models:/churn@champion")\n',
            "other.py": 'import mlflow\nm = mlflow.pyfunc.load_model("models:/fraud@champion")\n',
        },
    )
    joins = {
        (k.source, k.kind, k.target): k.join for k in read.graph.links() if k.kind != "imports"
    }
    assert joins["register.py", "registers", "promote.py"] == "folded"
    assert joins["register.py", "registers", "serve.py"] == "folded"
    assert joins["promote.py", "promotes", "serve.py"] == "exact"
    assert not any("other.py" in key for key in joins)


def test_parameter_with_one_known_argument_is_folded_and_with_two_is_not(tmp_path: Path) -> None:
    helper = (
        "import mlflow\n\n\ndef register(name):\n    mlflow.register_model('runs:/1/m', name)\n"
    )
    read = lifecycle(
        tmp_path, {"h.py": helper, "a.py": "from h import register\n\nregister('churn')\n"}
    )
    call = next(c for c in read.facts.of(Call, "h.py") if c.name == "mlflow.register_model")
    value = call.argument("name", 1)
    assert value is not None
    assert read.graph.resolve("h.py", call.scope, value).string == "churn"

    more = {"h.py": helper, "a.py": "from h import register\n\nregister('churn')\nregister('b')\n"}
    read = lifecycle(tmp_path / "two", more)
    call = next(c for c in read.facts.of(Call, "h.py") if c.name == "mlflow.register_model")
    assert read.graph.resolve("h.py", call.scope, value).known == "unknown"


def test_alert_watches_the_file_that_exports_the_metric(tmp_path: Path) -> None:
    rules = (
        "groups:\n  - name: model\n    rules:\n      - alert: Errors\n"
        "        expr: rate(prediction_errors_total[5m]) > 0.1\n"
    )
    read = lifecycle(
        tmp_path,
        {
            "serve.py": "from prometheus_client import Counter\n"
            'ERRORS = Counter("prediction_errors", "failed predictions")\n',
            "alerts/rules.yml": rules,
        },
    )
    assert ("alerts/rules.yml", "monitors", "serve.py") in links(read)


def test_workflow_run_follows_the_named_workflow(tmp_path: Path) -> None:
    deploy = "name: deploy\non:\n  workflow_run:\n    workflows: [train]\n    types: [completed]\n"
    jobs = "jobs:\n  j:\n    runs-on: x\n    steps:\n      - run: echo 1\n"
    one, two = ".github/workflows/train.yml", ".github/workflows/deploy.yml"
    read = lifecycle(tmp_path, {one: WORKFLOW.format(command="echo 1"), two: deploy + jobs})
    assert (one, "triggers", two) in links(read)


def test_manifest_runs_the_image_that_ci_builds(tmp_path: Path) -> None:
    manifest = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: churn}\nspec:\n  template:\n"
        "    spec:\n      containers:\n"
        "        - name: c\n          image: registry.example/churn:1\n"
    )
    command = "docker build -t registry.example/churn:1 -f docker/Dockerfile ."
    read = lifecycle(
        tmp_path,
        {
            ".github/workflows/build.yml": WORKFLOW.format(command=command),
            "docker/Dockerfile": "FROM python:3.11\n",
            "k8s/deployment.yaml": manifest,
        },
    )
    assert ("k8s/deployment.yaml", "serves", "docker/Dockerfile") in links(read)


def test_settings_file_selects_a_class_by_name(tmp_path: Path) -> None:
    read = lifecycle(
        tmp_path,
        {
            "confs/run.yaml": "job:\n  KIND: TrainingJob\n  reader:\n    KIND: ParquetReader\n",
            "jobs.py": "class TrainingJob:\n    pass\n",
            "readers.py": "class ParquetReader:\n    pass\n",
        },
    )
    targets = {t for s, _, t in links(read) if s == "confs/run.yaml"}
    assert targets == {"jobs.py"}
