"""An alert asks for a metric that nothing exports.

## What it finds

A Prometheus alert whose expression names a metric of this repository's own (its first word is one
that the repository's exported metrics begin with, or it speaks of predictions, drift or models)
which no code, recording rule or other file of the repository exports. Near misses are named.

Metrics of known exporters (`kube_`, `node_`, `http_`, `container_`, ...) are left alone, and so is
everything where a metric's name is computed at run time.

## Why it matters

An expression over a metric that is not there has no value, and an alert without a value never
fires. It looks like a service without trouble.

## Bad

```yaml
- alert: PredictionsStopped
  expr: rate(churn_prediction_total[5m]) == 0     # the service exports churn_predictions_total
```

## Better

```yaml
- alert: PredictionsStopped
  expr: rate(churn_predictions_total[5m]) == 0
```

## Known false positives

A metric that a service in another repository exports under the same first word.

## Known misses

Names with the prefix of a serving framework (`kserve_`, `vllm_`, ...) are taken to be exported by
that framework; which metrics each version really has is not known here.

## References

- Prometheus client naming (`_total`, `_bucket`, `_count`, `_sum`):
  https://prometheus.io/docs/practices/naming/
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_agent.contracts.finding import TrailStep
from mlops_agent.lifecycle.facts import AlertRule, Call, MetricSource
from mlops_agent.risks.rule import Draft, Rule

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

RULE = Rule(
    "MON007",
    "alert-on-absent-metric",
    "error",
    "high",
    "monitor",
    "none",
    asks=(
        "the alert never fires",
        "alert on a metric that does not exist",
        "metric name in the alert is wrong",
        "silent alert",
        "absent metric",
    ),
    absence="monitoring",
)
_SUFFIXES = ("_total", "_bucket", "_count", "_sum", "_created", "_info")
_WORDS = frozenset({"prediction", "predictions", "drift", "model", "inference", "accuracy"})
# First words of metrics that well-known exporters and servers bring.
_FOREIGN = frozenset(
    {"up", "alerts", "kube", "node", "container", "process", "python", "go", "http", "https"}
    | {"grpc", "request", "requests", "prometheus", "istio", "kserve", "knative", "seldon", "nv"}
    | {"ray", "vllm", "bentoml", "torchserve", "ts", "dcgm", "mlflow", "airflow", "kafka", "redis"}
    | {"postgres", "pg", "mysql", "nginx", "traefik", "argocd", "argo", "rollout", "blackbox"}
    | {"probe", "aws", "cloudwatch", "gcp", "stackdriver", "azure", "feast", "fastapi", "flask"}
    | {"starlette", "gunicorn", "uvicorn", "celery", "nvidia", "gpu", "revision", "activator"}
    | {"autoscaler", "queue", "tensorflow", "triton", "workqueue", "apiserver", "kubelet", "job"}
)
_CONSTRUCTORS = re.compile(r"^(prometheus_client\.)(Counter|Gauge|Histogram|Summary|Info|Enum)$")


def find(lifecycle: Lifecycle) -> Iterator[Draft]:
    """Draft a finding for each alert and missing metric, at the line of the expression."""
    sources = {source.name: source for source in lifecycle.facts.of(MetricSource)}
    if not sources or _computed(lifecycle):
        return
    bases = {_base(name) for name in sources}
    first_words = {name.partition("_")[0] for name in bases} - _FOREIGN
    for alert in lifecycle.facts.of(AlertRule):
        for metric in dict.fromkeys(alert.metrics):
            if _ours(metric, first_words) and not _exported(lifecycle, metric, bases):
                yield _draft(alert, metric, sources)


def _draft(alert: AlertRule, metric: str, sources: dict[str, MetricSource]) -> Draft:
    near = difflib.get_close_matches(metric, sorted(sources), n=1, cutoff=0.75)
    hint = f"; {near[0]} is exported" if near else ""
    trail = [TrailStep(path=alert.path, line=alert.expr_line, what=f"asks for {metric}")]
    if near:
        found = sources[near[0]]
        trail.append(TrailStep(path=found.path, line=found.line, what=f"exports {near[0]}"))
    fix = f"Ask for {near[0]}." if near else f"Export {metric}, or drop the alert."
    return Draft(
        path=alert.path,
        line=alert.expr_line,
        message=f"Alert {alert.name} asks for {metric}, which nothing here exports{hint}: "
        f"{_outcome(alert.expr, metric)}.",
        smallest_fix=fix,
        symbol=alert.name,
        trail=tuple(trail),
        searched=(metric, _base(metric)),
        confidence="high" if near else "medium",
    )


def _outcome(expr: str, metric: str) -> str:
    """What the alert does without the metric: `absent()` of it holds from the first minute on."""
    asked = rf"\babsent(_over_time)?\s*\(\s*{re.escape(metric)}\b"
    return "it fires all the time" if re.search(asked, expr) else "it can never fire"


def _base(metric: str) -> str:
    for suffix in _SUFFIXES:
        if metric.endswith(suffix):
            return metric.removesuffix(suffix)
    return metric


def _ours(metric: str, first_words: set[str]) -> bool:
    first, *rest = metric.lower().split("_")
    if ":" in metric or first in _FOREIGN or not rest:
        return False
    return first in first_words or bool(_WORDS & {first, *rest})


def _exported(lifecycle: Lifecycle, metric: str, bases: set[str]) -> bool:
    """Whether a source has the name (or ends it, for a namespace may come before), or any text."""
    base = _base(metric)
    if any(base == known or base.endswith("_" + known) for known in bases):
        return True
    pattern = re.compile(rf"\b{re.escape(base)}(_total|_bucket|_count|_sum|_created|_info)?\b")
    asking = {alert.path for alert in lifecycle.facts.of(AlertRule)}
    return any(
        pattern.search(lifecycle.facts.text(path))
        for path in lifecycle.facts.paths()
        if path not in asking and path.endswith((".py", ".ipynb", ".sh", ".go"))
    )


def _computed(lifecycle: Lifecycle) -> bool:
    """Whether some metric's name is not known before the program runs."""
    for call in lifecycle.facts.of(Call):
        if _CONSTRUCTORS.match(call.name):
            name = call.argument("name", 0)
            resolved = name and lifecycle.graph.resolve(call.path, call.scope, name)
            if resolved is None or resolved.string is None:
                return True
    return False
