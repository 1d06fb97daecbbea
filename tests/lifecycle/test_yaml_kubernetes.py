"""Kubernetes objects, Argo's workflows, Prometheus operator objects."""

from __future__ import annotations

from reader_help import of

from mlops_agent.lifecycle.facts import (
    AlertRule,
    Command,
    ConfigObject,
    ImageRef,
    Job,
    MetricSource,
    Step,
    Workflow,
)
from mlops_agent.lifecycle.readers import yaml

MANIFESTS = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: churn
  namespace: prod
spec:
  predictor:
    canaryTrafficPercent: 10
    model:
      storageUri: s3://models/churn/latest
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: retrain}
spec:
  schedule: "0 3 * * 1"
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      template:
        spec:
          containers:
          - name: train
            image: acme/train:1.2
            command: [python, train.py]
            args: ["--epochs", "3"]
          - image: acme/side
            command: ["/bin/sh", "-c"]
            args:
              - |
                dvc pull
                python report.py || true
"""
ARGO = """\
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly}
spec:
  schedule: "0 1 * * *"
  concurrencyPolicy: Replace
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      dag:
        tasks:
        - name: train
          template: run
        - name: evaluate
          template: run
          dependencies: [train]
          continueOn: {failed: true}
        - name: push
          template: push
          depends: "evaluate.Succeeded && train"
          when: "{{tasks.evaluate.outputs.result}} == ok"
    - name: old
      steps:
      - - {name: one, template: run}
      - - {name: two, template: run}
    - name: push
      script:
        image: alpine
        command: [sh]
        source: |
          gto assign churn --stage prod
    - name: run
      container: {image: "acme/run:1", command: [make, train]}
"""
RULES = """\
groups:
- name: model
  rules:
  - record: model:errors:rate5m
    expr: rate(model_errors_total[5m])
  - alert: Drift
    expr: |
      max by (model) (model_drift_score{job="api", le="0.5"}) > 0.3
        and on (model) model_up offset 5m == 1
    for: 10m
    labels: {severity: page}
"""


def test_an_object_has_its_leaves_with_lines() -> None:
    service = of(ConfigObject, yaml.read("k.yaml", MANIFESTS))[0]
    assert (service.family, service.api, service.kind) == (
        "kubernetes",
        "serving.kserve.io/v1beta1",
        "InferenceService",
    )
    assert (service.name, service.namespace, service.line, service.end_line) == (
        "churn",
        "prod",
        1,
        10,
    )
    assert service.get("spec.predictor.canaryTrafficPercent") == 10
    uri = service.entry("spec.predictor.model.storageUri")
    assert uri
    assert (uri.value, uri.line) == ("s3://models/churn/latest", 10)


def test_pods_name_images_and_commands() -> None:
    facts = yaml.read("k.yaml", MANIFESTS)
    assert [(i.image, i.owner, i.line) for i in of(ImageRef, facts)] == [
        ("acme/train:1.2", "CronJob/retrain", 24),
        ("acme/side", "CronJob/retrain", 27),
    ]
    assert [(" ".join(c.argv), c.line, c.after) for c in of(Command, facts)] == [
        ("python train.py --epochs 3", 25, ""),
        ("dvc pull", 31, ""),
        ("python report.py", 32, "or"),
        ("true", 32, ""),
    ]


def test_a_cron_job_is_a_workflow() -> None:
    (flow,) = of(Workflow, yaml.read("k.yaml", MANIFESTS))
    assert (flow.system, flow.name, flow.schedules) == ("kubernetes", "retrain", ("0 3 * * 1",))
    assert flow.concurrency
    suspended = MANIFESTS.replace("  concurrencyPolicy: Forbid", "  suspend: true")
    (flow,) = of(Workflow, yaml.read("k.yaml", suspended))
    assert (flow.triggers, flow.concurrency) == ((), False)


def test_a_list_is_its_items() -> None:
    text = "apiVersion: v1\nkind: List\nitems:\n"
    text += "- apiVersion: v1\n  kind: Service\n  metadata: {name: a}\n"
    (item,) = of(ConfigObject, yaml.read("k.yaml", text))
    assert (item.kind, item.name, item.line) == ("Service", "a", 4)


def test_argo_tasks() -> None:
    facts = yaml.read("argo.yaml", ARGO)
    (flow,) = of(Workflow, facts)
    assert (flow.system, flow.schedules, flow.concurrency) == ("argo", ("0 1 * * *",), True)
    jobs = {job.name: job for job in of(Job, facts)}
    assert jobs["evaluate"].needs == ("train",)
    assert jobs["push"].needs == ("evaluate", "train")
    assert jobs["push"].condition.endswith("== ok")
    assert (jobs["two"].needs, jobs["two"].uses) == (("one",), "run")
    tolerated = [(s.key, s.tolerated_line) for s in of(Step, facts) if s.tolerated]
    assert tolerated == [("evaluate", 18)]
    assert [(" ".join(c.argv), c.origin, c.line) for c in of(Command, facts)] == [
        ("gto assign churn --stage prod", "argo", 32),
        ("make train", "kubernetes", 34),
    ]


def test_rules_of_prometheus() -> None:
    facts = yaml.read("rules.yml", RULES)
    (recorded,) = of(MetricSource, facts)
    assert (recorded.name, recorded.metric_type) == ("model:errors:rate5m", "recording")
    (alert,) = of(AlertRule, facts)
    assert alert.metrics == ("model_drift_score", "model_up")
    assert (alert.name, alert.duration, alert.severity) == ("Drift", "10m", "page")
    assert (alert.line, alert.expr_line) == (6, 8)


def test_rules_inside_an_operator_object() -> None:
    head = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n"
    body = "".join(f"  {line}\n" for line in RULES.splitlines())
    facts = yaml.read("r.yaml", head + body)
    assert [a.line for a in of(AlertRule, facts)] == [9]
    assert of(ConfigObject, facts)[0].kind == "PrometheusRule"
