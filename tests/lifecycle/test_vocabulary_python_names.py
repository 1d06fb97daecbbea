"""The listed calls exist where their package is installed, and mean one thing."""

from __future__ import annotations

import importlib
import sys
from functools import cache
from types import ModuleType

import pytest

from mlops_agent.lifecycle.facts import Call
from mlops_agent.lifecycle.readers.python import read
from mlops_agent.vocabulary.loader import CallWord, frameworks
from mlops_agent.vocabulary.lookup import vocabulary

INSTALLED = ("mlflow", "evidently", "dvc", "gto", "sklearn", "fastapi", "joblib", "pandas", "numpy")
GONE = ("evidently.report", "evidently.test_suite", "evidently.metric_preset", "evidently.pipeline")
"""Names of earlier versions that are listed on purpose: evidently before 0.7."""
GONE += ("evidently.test_preset", "evidently.dashboard", "evidently.model_profile")
GONE += (
    "evidently.ui.workspace.Workspace.add_report",
    "evidently.model_monitoring",
    "evidently.ColumnMapping",
    "evidently.metrics.",
)
EXTRAS = (
    "mlflow.genai",
    "mlflow.recipes",
    "mlflow.deployments.get_deploy_client.",
    "mlflow.pyfunc.spark_udf",
)
"""Parts that mlflow-skinny leaves out or 3.x has dropped, and members of what a call returns."""


def _listed(package: str) -> list[str]:
    return [
        word.name
        for framework in frameworks()
        for word in framework.calls
        if word.name.startswith(package + ".") and "*" not in word.name
        if not word.name.startswith(GONE + EXTRAS)
    ]


@cache
def _module(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _exists(name: str) -> bool:
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        found: object = _module(".".join(parts[:cut]))
        if found is None:
            continue
        for part in parts[cut:]:
            if callable(found) and not isinstance(found, type):
                return True  # a member of what a function returns: not to be looked up
            try:
                found = getattr(found, part)
            except AttributeError:
                return False
            except ImportError:
                return True  # there, behind a switch (sklearn.experimental)
        return True
    return False


@pytest.mark.parametrize("package", [pytest.param(p, marks=pytest.mark.real(p)) for p in INSTALLED])
def test_listed_calls_exist_in_the_installed_package(package: str) -> None:
    listed = _listed(package)
    assert listed
    assert [name for name in listed if not _exists(name)] == []


@pytest.mark.real("mlflow")
def test_other_names_of_a_thing_are_importable() -> None:
    pairs = {o: u for f in frameworks() for o, u in f.same_as.items() if f.name == "mlflow"}
    assert [name for pair in pairs.items() for name in pair if not _exists(name)] == []


def test_every_listed_call_belongs_to_a_package_of_some_framework() -> None:
    known = {*vocabulary().packages, *sys.stdlib_module_names, "spark", "dbutils"}
    listed = [word.name for framework in frameworks() for word in framework.calls]
    heads = {name: name.partition(".")[0] for name in listed if "." in name}
    assert [n for n, head in heads.items() if head not in known and "*" not in head] == []


def test_no_call_is_listed_twice() -> None:
    names = [word.name for framework in frameworks() for word in framework.calls]
    assert sorted({n for n in names if names.count(n) > 1}) == []


def test_no_usual_name_is_itself_renamed() -> None:
    same = {other: usual for f in frameworks() for other, usual in f.same_as.items()}
    assert [usual for usual in same.values() if usual in same] == []


@pytest.mark.parametrize(
    ("text", "stage", "does"),
    [
        ("import mlflow\nmlflow.sklearn.log_model(m, 'x')", "registry", "saves"),
        ("import mlflow\nmlflow.register_model('u', 'n')", "registry", "registers"),
        (
            "from mlflow.tracking.client import MlflowClient\n"
            "MlflowClient().transition_model_version_stage('n', 1, 'Production')",
            "promotion",
            "promotes",
        ),
        ("def f(c):\n    c.set_registered_model_alias('n', 'a', 1)", "promotion", "promotes"),
        ("from sklearn.svm import SVC\nSVC().fit(x)", "training", "trains"),
        ("from sklearn.preprocessing import Scaler\nScaler().fit(x)", "features", "transforms"),
        ("from sklearn.metrics import f1_score\nf1_score(a, b)", "evaluation", "evaluates"),
        ("import xgboost as xgb\nxgb.train({}, d)", "training", "trains"),
        ("import lightning as L\nL.Trainer().fit(m)", "training", "trains"),
        ("import pytorch_lightning as pl\npl.Trainer(max_epochs=1).fit(m)", "training", "trains"),
        ("from evidently.report import Report\nReport([]).run()", "monitoring", "monitors"),
        ("from evidently import Report\nReport([]).run(a, b)", "monitoring", "monitors"),
        ("from prometheus_client import Gauge\nGauge('a', 'b')", "monitoring", "monitors"),
        ("from tensorflow import keras\nkeras.models.Sequential().fit(x)", "training", "trains"),
        ("import tensorflow as tf\ntf.keras.Sequential([]).fit(x)", "training", "trains"),
        ("def f(model):\n    model.fit(x)", "training", "trains"),
        ("import hopsworks\nhopsworks.login().get_model_registry().python.create_model('m')",
         "registry", "registers"),
        ("def f(mr):\n    mr.python.create_model('m')", "registry", "registers"),
        ("from azure.ai.ml import MLClient\nMLClient().online_endpoints"
         ".begin_create_or_update(e)", "deployment", "serves"),
        ("import boto3\nboto3.client('sagemaker').update_endpoint(EndpointName='e')",
         "deployment", "serves"),
        ("from prefect import flow\n@flow\ndef f(): ...\nf.serve(cron='x')",
         "retraining", "schedules"),
        ("from transformers import AutoModel\nAutoModel.from_pretrained('a/b')", "", "loads"),
        ("from google.cloud import aiplatform\naiplatform.Model.upload(display_name='m')",
         "registry", "registers"),
    ],
)  # fmt: skip
def test_calls_as_written_meet_their_entry(text: str, stage: str, does: str) -> None:
    named = [fact for fact in read("a.py", text) if isinstance(fact, Call)]
    words = [word for call in named if (word := vocabulary().call(call.name)) is not None]
    assert (stage, does) in {(word.stage, word.does) for word in words}


def test_roles_name_keyword_and_position() -> None:
    word: CallWord | None = vocabulary().call("mlflow.MlflowClient.set_registered_model_alias")
    assert word is not None
    assert [(r, a.keyword, a.position) for r, a in word.arguments.items()] == [
        ("model", "name", 0),
        ("alias", "alias", 1),
        ("version", "version", 2),
    ]
