"""Each fix on a small repository: the probe is red before, green after, and red for a wrong fix."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from small_repository import SmallRepo

from mlops_agent.risks.fixes import fix_for

Make = Callable[[dict[str, str]], SmallRepo]

REGISTER = """\
import argparse
import json
from pathlib import Path

import mlflow


def main(args):
    with open(Path(args.evaluation) / "deploy_flag", "rb") as infile:
        deploy_flag = int(infile.read())

    mlflow.log_metric("deploy flag", int(deploy_flag))
    deploy_flag=1
    if deploy_flag==1:
        model = mlflow.register_model("runs:/abc/model", args.model_name)
        with open(args.out, "w") as out:
            json.dump({"version": model.version}, out)
    else:
        print("not registered")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--model_name")
    parser.add_argument("--evaluation")
    parser.add_argument("--out")
    main(parser.parse_args())
"""
PROMOTE = """\
import json
import sys

from mlflow import MlflowClient

MIN_ACCURACY = 0.8


def promote():
    with open("metrics.json") as f:
        metrics = json.load(f)
    accuracy = metrics.get("accuracy", 1.0)
    if accuracy < MIN_ACCURACY:
        sys.exit("accuracy too low")
    MlflowClient().set_registered_model_alias("churn", "champion", metrics["version"])


promote()
"""
HANDLER = """\
import json

import mlflow


def check(path):
    with open(path) as f:
        return json.load(f)["accuracy"] > 0.8


def register():
    try:
        approved = check("metrics.json")
    except Exception:
        approved = True
    if approved:
        mlflow.register_model("runs:/abc/model", "churn")


register()
"""
SERVE = """\
import mlflow
from fastapi import FastAPI

NAME = "churn"
app = FastAPI()
model = mlflow.pyfunc.load_model(f"models:/{NAME}/latest")


@app.post("/predict")
def predict(rows: list):
    return model.predict(rows)
"""
STAGES = {
    "promote.py": """\
from mlflow import MlflowClient

NAME = "churn"


def promote(version):
    client = MlflowClient()
    client.transition_model_version_stage(
        name=NAME,
        version=version,
        stage="Production",
        archive_existing_versions=True,
    )
""",
    "serve.py": """\
import mlflow
from fastapi import FastAPI
from mlflow import MlflowClient

app = FastAPI()
version = MlflowClient().get_latest_versions("churn", stages=["Production"])[0].version
model = mlflow.pyfunc.load_model("models:/churn/Production")


@app.post("/predict")
def predict(rows: list):
    return model.predict(rows)
""",
}
DRIFT = """\
from evidently import ColumnMapping
from evidently.metric_preset import DataDriftPreset
from evidently.metrics import DatasetDriftMetric
from evidently.report import Report


def check(reference, current):
    report = Report(metrics=[DataDriftPreset(), DatasetDriftMetric()])
    report.run(reference_data=reference, current_data=current, column_mapping=ColumnMapping())
    if report.as_dict()["metrics"][0]["result"]["dataset_drift"]:
        raise SystemExit("drift")
"""


def turns_green(repo: SmallRepo, rule: str) -> None:
    fix = repo.fix(repo.only(rule))
    assert repo.probe(fix.probe)[0] == "red", repo.probe(fix.probe)[1]
    repo.apply(fix.edits)
    colour, printed = repo.probe(fix.probe)
    assert colour == "green", printed
    assert not [f for f in repo.audit().findings if f.rule == rule]


def test_overwritten_flag(small_repo: Make) -> None:
    repo = small_repo({"register.py": REGISTER})
    fix = repo.fix(repo.only("REG004"))
    assert [edit.old for edit in fix.edits] == ["    deploy_flag=1\n"]
    turns_green(repo, "REG004")


@pytest.mark.parametrize(
    "wrong",
    [
        ("    deploy_flag=1\n", "    deploy_flag=True\n"),
        ("    deploy_flag=1\n    if deploy_flag==1:", "    if deploy_flag in (0, 1):"),
        ("    deploy_flag=1\n    if deploy_flag==1:", "    if deploy_flag==7:"),
    ],
)
def test_wrong_fix_of_the_flag_is_not_green(small_repo: Make, wrong: tuple[str, str]) -> None:
    repo = small_repo({"register.py": REGISTER})
    fix = repo.fix(repo.only("REG004"))
    repo.write("register.py", REGISTER.replace(*wrong))
    assert repo.probe(fix.probe)[0] != "green"


def test_default_that_passes(small_repo: Make) -> None:
    turns_green(small_repo({"promote.py": PROMOTE}), "REG004")


def test_other_default_that_passes_stays_red(small_repo: Make) -> None:
    repo = small_repo({"promote.py": PROMOTE})
    fix = repo.fix(repo.only("REG004"))
    repo.write("promote.py", PROMOTE.replace("1.0", "0.9"))
    assert repo.probe(fix.probe)[0] == "red"


def test_approving_handler(small_repo: Make) -> None:
    turns_green(small_repo({"register.py": HANDLER}), "REG004")


@pytest.mark.real("mlflow")
def test_latest_becomes_the_alias_that_is_set_here(small_repo: Make) -> None:
    setter = (
        "from mlflow import MlflowClient\n"
        'MlflowClient().set_registered_model_alias("churn", "live", 3)\n'
    )
    repo = small_repo({"serve.py": SERVE, "approve.py": setter})
    fix = repo.fix(repo.only("REG007"))
    assert "@live" in fix.edits[0].new
    repo.write("serve.py", SERVE.replace("/latest", "@challenger"))
    assert repo.probe(fix.probe)[0] == "red"
    repo.write("serve.py", SERVE)
    turns_green(repo, "REG007")
    assert repo.probe_started(fix.probe)[0] == "green"


@pytest.mark.real("mlflow")
def test_stages_become_aliases_in_all_files_at_once(small_repo: Make) -> None:
    repo = small_repo(STAGES)
    found = [f for f in repo.audit().findings if f.rule == "REG006"]
    assert [(f.path, f.line) for f in found] == [
        ("promote.py", 8),
        ("serve.py", 6),
        ("serve.py", 7),
    ]
    fixes = [repo.fix(finding) for finding in found]
    assert fixes[0].edits == fixes[1].edits == fixes[2].edits
    assert repo.probe(fixes[0].probe)[0] == "red"
    repo.apply(fixes[0].edits)
    colour, printed = repo.probe(fixes[0].probe)
    assert colour == "green", printed
    assert (repo.root / "promote.py").read_text().splitlines()[7:12] == [
        "    client.set_registered_model_alias(",
        "        name=NAME,",
        '        alias="champion",',
        "        version=version,",
        "    )",
    ]
    half = (repo.root / "serve.py").read_text().replace("@champion", "/Production")
    repo.write("serve.py", half)
    assert repo.probe(fixes[0].probe)[0] == "red"


@pytest.mark.parametrize(
    "extra",
    [
        {
            "other.py": "from mlflow import MlflowClient\n"
            'mv = MlflowClient().get_latest_versions("churn")\n'
        },
        {"state.py": "def live(mv):\n    return mv.current_stage == 'Production'\n"},
        {
            "job.sh": "mlflow models serve -m models:/$NAME/Production && "
            "echo models:/a/Production\n"
        },
        {
            "pick.py": "import mlflow\n\ndef pick(s):\n    from mlflow import MlflowClient\n"
            '    MlflowClient().transition_model_version_stage("churn", 1, s)\n'
        },
    ],
    ids=["all-stages", "current-stage", "two-in-a-line", "stage-unknown"],
)
def test_a_pair_is_not_moved_by_halves(small_repo: Make, extra: dict[str, str]) -> None:
    repo = small_repo(STAGES | extra)
    lifecycle = repo.lifecycle()
    found = [f for f in repo.audit().findings if f.rule == "REG006"]
    assert found
    assert all(f.fix == "none" and "Not done by itself" in f.smallest_fix for f in found)
    assert all(fix_for(lifecycle, finding) is None for finding in found)


@pytest.mark.real("evidently")
def test_evidently_imports_move_to_legacy(small_repo: Make) -> None:
    repo = small_repo({"drift.py": DRIFT, "requirements.txt": "evidently>=0.4\n"})
    turns_green(repo, "MON005")


@pytest.mark.real("evidently")
def test_half_of_the_imports_moved_stays_red(small_repo: Make) -> None:
    repo = small_repo({"drift.py": DRIFT, "requirements.txt": "evidently\n"})
    fix = repo.fix(repo.only("MON005"))
    half = DRIFT.replace("evidently.report", "evidently.legacy.report")
    repo.write("drift.py", half)
    assert repo.probe(fix.probe)[0] == "red"


def test_a_name_that_legacy_lacks_is_no_fix(small_repo: Make) -> None:
    text = DRIFT.replace("DatasetDriftMetric", "SomethingOfMine")
    repo = small_repo({"drift.py": text, "requirements.txt": "evidently\n"})
    finding = repo.only("MON005")
    assert finding.fix == "none"
    assert fix_for(repo.lifecycle(), finding) is None
