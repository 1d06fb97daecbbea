"""Facts of declarative files: Kubernetes objects, Terraform resources, images, dependencies."""

from __future__ import annotations

from dataclasses import dataclass

from mlops_agent.lifecycle.facts.base import Fact

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One leaf of a declarative object: list places are numbers in the key ("spec.steps.0.pause").

    An empty mapping or list is a leaf of its own with value None and `empty` set.
    """

    key: str
    value: Scalar
    line: int
    empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigObject(Fact):
    """A declared object: a Kubernetes manifest, Terraform block, Azure ML or Databricks resource,
    Compose service, SageMaker or Vertex template.

    `family`: "kubernetes", "terraform", "azureml", "databricks", "compose", "cloudformation",
    "mlproject", "kustomize", "helm-values", "grafana", "prometheus", ... `api` is the API group
    with version or the provider; `kind` the object's kind ("InferenceService",
    "aws_sagemaker_endpoint"). `templated` tells that masked template text stood in it.
    """

    family: str
    api: str
    kind: str
    name: str
    namespace: str
    entries: tuple[Entry, ...]
    templated: bool = False

    def get(self, key: str) -> Scalar:
        """The value at a dotted key, or None."""
        entry = self.entry(key)
        return entry.value if entry else None

    def entry(self, key: str) -> Entry | None:
        """The leaf at a dotted key, or None."""
        return next((e for e in self.entries if e.key == key), None)

    def under(self, prefix: str) -> tuple[Entry, ...]:
        """The leaves at or below a dotted key."""
        return tuple(e for e in self.entries if e.key == prefix or e.key.startswith(prefix + "."))


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRef(Fact):
    """A container image that something runs in or builds on. `role`: "base", "run", "train",
    "serve", "build"; `owner` names the Dockerfile stage, service or step."""

    image: str
    role: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement(Fact):
    """A declared Python dependency. `package` is normalised (PEP 503); `specifier` as written.

    `exact` is the pinned version or None; `source`: "requirements", "pyproject", "conda", "pip"
    (a `pip install` line), "lock", "setup", "mlflow", "kfp"; `hashed` tells of `--hash`.
    `group` is the extra, dependency group or file it belongs to.
    """

    package: str
    specifier: str
    exact: str | None
    source: str
    group: str
    hashed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFile(Fact):
    """A data, model or metrics file that the repository tracks (seen by name, not read)."""

    family: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule(Fact):
    """A Prometheus alerting rule: `metrics` are the metric names of `expr`, in order."""

    name: str
    expr: str
    expr_line: int
    metrics: tuple[str, ...]
    duration: str
    severity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricSource(Fact):
    """A metric that code or a recording rule exports. `name` as exported (Counter adds `_total`);
    `metric_type`: counter, gauge, histogram, summary, info, recording."""

    name: str
    metric_type: str
