"""Where files are placed, and the traps that must not place them."""

from __future__ import annotations

from pathlib import Path

from map_help import SERVE, TRAIN, lifecycle, placed

CRON = """\
name: {name}
on:
  schedule:
    - cron: "0 3 * * 1"
jobs:
  job:
    runs-on: ubuntu-24.04
    steps:
      - run: {command}
"""


def test_training_serving_store_and_image_are_placed(tmp_path: Path) -> None:
    read = lifecycle(
        tmp_path,
        {
            "train.py": TRAIN,
            "app.py": SERVE,
            "Dockerfile": 'FROM python:3.11\nCMD ["uvicorn", "app:app"]\n',
        },
    )
    found = placed(read)
    assert {("data", "train.py"), ("training", "train.py"), ("registry", "train.py")} <= found
    assert {("deployment", "app.py"), ("deployment", "Dockerfile")} <= found
    assert read.map.stages["promotion"].present is False
    assert read.map.stages["monitoring"].present is False
    assert ("training", "Dockerfile") not in found


def test_local_dump_without_a_reader_is_no_registry(tmp_path: Path) -> None:
    assert ("registry", "train.py") not in placed(lifecycle(tmp_path, {"train.py": TRAIN}))


def test_cron_counts_only_if_it_reaches_training(tmp_path: Path) -> None:
    lint, train = ".github/workflows/codeql.yml", ".github/workflows/train.yml"
    read = lifecycle(
        tmp_path,
        {
            "train.py": TRAIN,
            lint: CRON.format(name="codeql", command="ruff check ."),
            train: CRON.format(name="train", command="python train.py"),
        },
    )
    found = placed(read)
    assert ("retraining", train) in found
    assert ("training", train) in found
    assert not any(path == lint for _, path in found)


def test_web_service_without_a_model_is_not_deployment(tmp_path: Path) -> None:
    web = "from fastapi import FastAPI\n\napp = FastAPI()\n"
    read = lifecycle(tmp_path, {"train.py": TRAIN, "web/app.py": web})
    assert not any(path == "web/app.py" for _, path in placed(read))


def test_model_loaded_behind_an_import_makes_the_service_a_deployment(tmp_path: Path) -> None:
    read = lifecycle(
        tmp_path,
        {
            "train.py": TRAIN,
            "api/loading.py": "import joblib\n\n\ndef load():\n"
            "    return joblib.load('m.joblib')\n",
            "api/app.py": "from fastapi import FastAPI\nfrom loading import load\n\n"
            "app = FastAPI()\nmodel = load()\n",
        },
    )
    assert ("deployment", "api/app.py") in placed(read)


def test_home_made_wrapper_counts_and_so_does_the_script_that_calls_it(tmp_path: Path) -> None:
    wrapper = (
        "import mlflow\n\n\ndef publish(uri):\n    return mlflow.register_model(uri, 'churn')\n"
    )
    main = "from store import publish\n\nif __name__ == '__main__':\n    publish('runs:/1/model')\n"
    found = placed(lifecycle(tmp_path, {"store.py": wrapper, "main.py": main}))
    assert {("registry", "store.py"), ("registry", "main.py")} <= found


def test_pipeline_declares_its_steps_and_a_workflow_the_run(tmp_path: Path) -> None:
    stages = (
        "stages:\n"
        "  split:\n    cmd: python split.py\n    outs: [data/out.csv]\n"
        "  train:\n    cmd: python train.py\n    deps: [data/out.csv]\n"
        "  evaluate:\n    cmd: python evaluate.py\n"
    )
    flow = ".github/workflows/run.yml"
    found = placed(
        lifecycle(
            tmp_path,
            {
                "dvc.yaml": stages,
                "split.py": "print('split')\n",
                "train.py": TRAIN,
                "evaluate.py": "print('evaluate')\n",
                flow: CRON.format(name="run", command="dvc repro"),
            },
        )
    )
    assert {("data", "dvc.yaml"), ("training", "dvc.yaml"), ("evaluation", "dvc.yaml")} <= found
    assert {("data", "split.py"), ("evaluation", "evaluate.py")} <= found
    assert {stage for stage, path in found if path == flow} == {"training", "retraining"}


def test_tests_docs_and_vendored_code_are_left_out_and_named(tmp_path: Path) -> None:
    read = lifecycle(
        tmp_path,
        {
            "train.py": TRAIN,
            "tests/test_train.py": TRAIN,
            "docs/tutorial.py": TRAIN,
            "third_party/lib/train.py": TRAIN,
            "charts/app/charts/sub/templates/x.yaml": "kind: A\n",
        },
    )
    assert {path for _, path in placed(read)} == {"train.py"}
    assert {"tests/", "docs/", "third_party/", "charts/app/charts/sub/"} <= set(read.skipped)


def test_gate_flag_written_by_evaluation_is_promotion(tmp_path: Path) -> None:
    evaluate = (
        "from pathlib import Path\nfrom sklearn.metrics import roc_auc_score\n\n"
        "ok = roc_auc_score([0, 1], [0.1, 0.9]) > 0.8\n"
        "with open('out/deploy_flag', 'w') as file:\n    file.write(str(int(ok)))\n"
    )
    register = (
        "import mlflow\n\nwith open('out/deploy_flag') as file:\n    flag = int(file.read())\n"
        "if flag:\n    mlflow.register_model('runs:/1/m', 'churn')\n"
    )
    read = lifecycle(tmp_path, {"evaluate.py": evaluate, "register.py": register})
    assert ("promotion", "evaluate.py") in placed(read)
    assert read.graph.links("produces", source="evaluate.py", target="register.py")


def test_terraform_and_kubernetes_without_a_model_come_out_empty(tmp_path: Path) -> None:
    read = lifecycle(
        tmp_path,
        {
            "main.tf": 'resource "aws_eks_cluster" "this" {\n  name = "x"\n}\n',
            "k8s/app.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\n",
            ".github/workflows/x.yml": CRON.format(name="x", command="terraform plan"),
        },
    )
    assert read.map.assets == []
    assert read.map.edges == []


def test_dag_is_retraining_only_with_a_schedule(tmp_path: Path) -> None:
    dag = (
        "from airflow import DAG\nfrom airflow.operators.bash import BashOperator\n\n"
        "with DAG('churn', schedule={schedule}) as dag:\n"
        "    BashOperator(task_id='train', bash_command='python train.py')\n"
    )
    files = {"train.py": TRAIN, "dags/dag.py": dag.format(schedule="'@weekly'")}
    found = placed(lifecycle(tmp_path / "one", files))
    assert {("training", "dags/dag.py"), ("retraining", "dags/dag.py")} <= found
    files["dags/dag.py"] = dag.format(schedule="None")
    assert ("retraining", "dags/dag.py") not in placed(lifecycle(tmp_path / "two", files))


def test_action_that_assigns_a_stage_is_promotion(tmp_path: Path) -> None:
    flow = ".github/workflows/assign.yml"
    steps = "on: {push: {tags: ['*']}}\njobs:\n  j:\n    runs-on: x\n    steps:\n"
    files = {"train.py": TRAIN, flow: steps + "      - uses: iterative/gto-action@v2\n"}
    assert ("promotion", flow) in placed(lifecycle(tmp_path, files))
