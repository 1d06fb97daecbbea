"""Azure ML, Databricks, conda, MLproject, Compose, Helm, Kedro, CloudFormation and settings."""

from __future__ import annotations

import pytest
from reader_help import of

from mlops_agent.lifecycle.facts import (
    AlertRule,
    Command,
    ConfigObject,
    ImageRef,
    Job,
    Requirement,
    Workflow,
)
from mlops_agent.lifecycle.readers import yaml

SCHEMA = "$schema: https://azuremlschemas.azureedge.net/latest/"
PIPELINE = f"""\
{SCHEMA}pipelineJob.schema.json
type: pipeline
display_name: train
jobs:
  prep:
    type: command
    code: ../../src
    command: >-
      python prep.py
      --out ${{{{outputs.data}}}}
  train:
    component: file:train.yml
    inputs:
      data: ${{{{parent.jobs.prep.outputs.data}}}}
"""
BUNDLE = """\
bundle:
  name: churn
resources:
  registered_models:
    model:
      name: prod.churn
  jobs:
    retrain:
      name: retrain
      schedule:
        quartz_cron_expression: "0 0 9 * * ?"
      tasks:
        - task_key: Train
          notebook_task:
            notebook_path: ../training/Train.py
        - task_key: Validate
          depends_on:
            - task_key: Train
          timeout_seconds: 60
          spark_python_task:
            python_file: ../validation/check.py
targets:
  prod:
    mode: production
"""


def only(text: str, path: str = "x.yaml") -> ConfigObject:
    """The one ConfigObject of a file."""
    (item,) = of(ConfigObject, yaml.read(path, text))
    return item


def test_azure_ml_pipeline() -> None:
    facts = yaml.read("mlops/azureml/train/pipeline.yml", PIPELINE)
    assert of(ConfigObject, facts)[0].kind == "pipelineJob"
    prep, train = of(Job, facts)
    assert (prep.name, train.needs, train.uses) == (
        "prep",
        ("prep",),
        "mlops/azureml/train/train.yml",
    )
    (command,) = of(Command, facts)
    assert command.argv == ("python", "prep.py", "--out", "${{outputs.data}}")
    assert (command.line, command.end_line, command.working_directory) == (9, 10, "mlops/src")


def test_azure_ml_schedule_and_deployment() -> None:
    text = (
        f"{SCHEMA}schedule.schema.json\nname: weekly\n"
        f"trigger: {{type: cron, expression: 0 0 * * 1}}\n"
    )
    facts = yaml.read("s/schedule.yml", text + "create_job: ./pipeline.yml\n")
    (flow,) = of(Workflow, facts)
    assert (flow.schedules, flow.upstream) == (("0 0 * * 1",), ("s/pipeline.yml",))
    item = only(
        f"{SCHEMA}managedOnlineDeployment.schema.json\nname: blue\nmodel: azureml:m@latest\n"
    )
    assert (item.kind, item.name, item.get("model")) == (
        "managedOnlineDeployment",
        "blue",
        "azureml:m@latest",
    )


def test_databricks_bundle() -> None:
    facts = yaml.read("resources/jobs.yml", BUNDLE)
    assert [(o.kind, o.name) for o in of(ConfigObject, facts)] == [
        ("registered_models", "prod.churn"),
        ("jobs", "retrain"),
        ("target", "prod"),
    ]
    (flow,) = of(Workflow, facts)
    assert (flow.system, flow.name, flow.schedules) == ("databricks", "retrain", ("0 0 9 * * ?",))
    train, validate = of(Job, facts)
    assert (train.timeout, validate.timeout, validate.needs) == (False, True, ("Train",))
    assert [(c.argv, c.line) for c in of(Command, facts)] == [
        (("python", "training/Train.py"), 15),
        (("python", "validation/check.py"), 21),
    ]


def test_conda() -> None:
    text = (
        "name: e\nchannels: [conda-forge]\ndependencies:\n- python=3.11\n"
        "- conda-forge::numpy>=1,<2\n- scipy\n- pip:\n  - mlflow==2.1\n"
    )
    facts = yaml.read("conda.yaml", text)
    assert [(r.package, r.exact, r.group, r.line) for r in of(Requirement, facts)] == [
        ("python", "3.11", "conda", 4),
        ("numpy", None, "conda", 5),
        ("scipy", None, "conda", 6),
        ("mlflow", "2.1", "pip", 8),
    ]


def test_mlproject() -> None:
    text = (
        "name: p\nconda_env: c.yaml\nentry_points:\n  main:\n"
        "    command: 'python train.py -a {alpha}'\n"
    )
    facts = yaml.read("proj/MLproject", text)
    (command,) = of(Command, facts)
    assert command.argv == ("python", "train.py", "-a", "{alpha}")
    assert (command.origin, command.owner, command.working_directory) == (
        "mlproject",
        "main",
        "proj",
    )


def test_compose() -> None:
    text = (
        "services:\n  mon:\n    image: prom/prometheus:v2\n  api:\n    build: .\n"
        "    command: uvicorn app:app || true\n  w:\n    image: localhost:5000/w\n"
        "    command: [python, w.py]\n"
    )
    facts = yaml.read("docker-compose.yml", text)
    assert [(o.name, o.api, o.line) for o in of(ConfigObject, facts)] == [
        ("mon", "prom/prometheus", 2),
        ("api", "", 4),
        ("w", "localhost:5000/w", 7),
    ]
    assert [(c.argv[0], c.after) for c in of(Command, facts)] == [
        ("uvicorn", "or"),
        ("true", ""),
        ("python", ""),
    ]


def test_helm_values_name_images_and_rules() -> None:
    text = (
        "api:\n  image:\n    repository: acme/api\n    tag: '1.0'\nrules:\n  own:\n    groups:\n"
        "    - name: g\n      rules:\n      - alert: A\n        expr: x > 1\n"
    )
    facts = yaml.read("chart/values-prod.yaml", text)
    assert [(i.image, i.line) for i in of(ImageRef, facts)] == [("acme/api:1.0", 3)]
    assert [(a.name, a.line) for a in of(AlertRule, facts)] == [("A", 10)]


@pytest.mark.parametrize(
    ("path", "text", "family", "kind"),
    [
        ("charts/a/Chart.yaml", "name: a\n", "helm", "Chart"),
        ("k/kustomization.yaml", "resources: [a.yaml]\n", "kustomize", "Kustomization"),
        ("m/MLmodel", "flavors: {}\n", "mlflow", "MLmodel"),
        ("bentofile.yaml", "service: 'a:b'\n", "bentoml", "Bentofile"),
        ("feature_store.yaml", "project: p\n", "feast", "FeatureStore"),
        ("conf/base/catalog.yml", "d:\n  type: pandas.CSVDataset\n", "kedro", "pandas.CSVDataset"),
        (
            "t.yaml",
            "Resources:\n  E:\n    Type: AWS::SageMaker::Endpoint\n",
            "cloudformation",
            "AWS::SageMaker::Endpoint",
        ),
        ("p.yml", "global: {}\nrule_files: [a]\n", "prometheus", "Prometheus"),
        ("a.yml", "route: {receiver: x}\nreceivers: []\n", "alertmanager", "Alertmanager"),
        ("g.yml", "apiVersion: 1\nproviders: [{name: x}]\n", "grafana", "Provisioning"),
        ("s.yaml", "applications:\n- name: a\n  import_path: m:app\n", "ray", "ServeApplication"),
        ("params.yaml", "train: {lr: 0.1}\n", "settings", "File"),
        (
            "pipeline.yaml",
            "deploymentSpec: {executors: {}}\npipelineInfo: {name: p}\n"
            "root: {dag: {tasks: {a: {x: 1}}}}\n",
            "kubeflow",
            "CompiledPipeline",
        ),
    ],
)
def test_what_a_document_is(path: str, text: str, family: str, kind: str) -> None:
    item = only(text, path)
    assert (item.family, item.kind) == (family, kind)


def test_a_recipe_has_an_object_a_step() -> None:
    text = "recipe: regression/v1\nsteps:\n  ingest: {{INGEST}}\n  train:\n    using: custom\n"
    facts = yaml.read("training/recipe.yaml", text)
    assert [(o.kind, o.line) for o in of(ConfigObject, facts)] == [
        ("recipe-ingest", 3),
        ("recipe-train", 4),
    ]


def test_a_sweep_runs_its_program() -> None:
    text = "method: bayes\nprogram: src/train.py\nparameters: {lr: {min: 0}}\n"
    facts = yaml.read("sweep.yaml", text)
    assert [c.argv for c in of(Command, facts)] == [("python", "src/train.py")]
    text += "command: [uv, run, '${program}', '${args}']\n"
    facts = yaml.read("sweep.yaml", text)
    assert [c.argv for c in of(Command, facts)] == [("uv", "run", "src/train.py", "${args}")]
