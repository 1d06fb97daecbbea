"""The vocabulary of declared objects, command lines and files, asked with the readers' facts."""

from __future__ import annotations

import pytest
from reader_help import of

from mlops_agent.lifecycle.facts import Command, ConfigObject
from mlops_agent.lifecycle.readers import shell, yaml
from mlops_agent.vocabulary.lookup import vocabulary


@pytest.mark.parametrize(
    ("line", "stage", "weak"),
    [
        ("mlflow server --host 0.0.0.0", "registry", False),
        ("uv run mlflow models serve -m models:/a@b", "deployment", False),
        ("gto assign churn --stage prod", "promotion", False),
        ("aws sagemaker update-model-package --x", "promotion", False),
        ("az ml online-deployment create -f d.yml", "deployment", False),
        ("gcloud ai custom-jobs create --region r", "training", False),
        ("databricks registered-models set-alias m champion 3", "promotion", False),
        ("dvc metrics diff --md", "evaluation", False),
        ("uvicorn app:app", "deployment", True),
        ("kubectl apply -f k8s", "deployment", True),
        ("feast materialize-incremental 2026", "features", False),
    ],
)
def test_command_lines(line: str, stage: str, weak: bool) -> None:
    (command,) = of(Command, shell.read("a.sh", line))
    word = vocabulary().command(command.argv)
    assert word is not None
    assert (word.stage, word.weak) == (stage, weak)


@pytest.mark.parametrize(
    ("path", "text", "stage"),
    [
        ("a.yaml", "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\n", "deployment"),
        ("a.yaml", "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\n", "monitoring"),
        ("a.yaml", "apiVersion: kubeflow.org/v1\nkind: PyTorchJob\n", "training"),
        ("docker-compose.yml", "services:\n  p:\n    image: prom/prometheus:v2\n", "monitoring"),
        ("prometheus.yml", "scrape_configs: [{job_name: api}]\n", "monitoring"),
        ("data/x.csv.dvc", "outs:\n- path: x.csv\n", "data"),
        ("a.yml", "resources:\n  registered_models:\n    m: {name: a.b.c}\n", "registry"),
    ],
)
def test_objects(path: str, text: str, stage: str) -> None:
    known = vocabulary()
    words = [known.object(o.family, o.api, o.kind) for o in of(ConfigObject, yaml.read(path, text))]
    assert stage in {word.stage for word in words if word}


def test_fields_of_objects_are_keys_of_the_readers() -> None:
    text = (
        "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: a}\n"
        "spec:\n  predictor:\n    model:\n      storageUri: s3://m/churn\n"
    )
    (item,) = of(ConfigObject, yaml.read("a.yaml", text))
    word = vocabulary().object(item.family, item.api, item.kind)
    assert word is not None
    assert item.get(word.fields["model"]) == "s3://m/churn"


def test_plain_kubernetes_objects_are_weak() -> None:
    word = vocabulary().object("kubernetes", "apps/v1", "Deployment")
    assert word is not None
    assert word.weak


def test_dvc_configuration_is_data() -> None:
    word = vocabulary().file("ml/.dvc/config")
    assert word is not None
    assert word.stage == "data"
