"""What calls declare beside doing it: exported metrics, and packages to install.

Metric names are as a scrape shows them: namespace and subsystem in front, `_total` behind a
counter (prometheus_client adds it; the OpenTelemetry exporter does too, and turns dots to
underscores).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mlops_agent.lifecycle.facts import MetricSource, Requirement
from mlops_agent.lifecycle.readers.dependencies import requirement_of
from mlops_agent.lifecycle.readers.pysource.folding import Folding
from mlops_agent.lifecycle.readers.pysource.scopes import Scope
from mlops_agent.lifecycle.readers.pysource.sites import CallSite

_PROMETHEUS = {
    "Counter": "counter",
    "Gauge": "gauge",
    "Histogram": "histogram",
    "Summary": "summary",
    "Info": "info",
    "Enum": "gauge",
}
_OPENTELEMETRY = {
    "create_counter": "counter",
    "create_observable_counter": "counter",
    "create_up_down_counter": "gauge",
    "create_observable_up_down_counter": "gauge",
    "create_gauge": "gauge",
    "create_observable_gauge": "gauge",
    "create_histogram": "histogram",
}
_SUFFIX = {"counter": "_total", "info": "_info"}
_FAMILY = re.compile(r"prometheus_client\.core\.(Counter|Gauge|Histogram|Summary|Info)MetricFamily")

PACKAGE_KEYWORDS = {
    "packages_to_install": "kfp",
    "pip_requirements": "mlflow",
    "extra_pip_requirements": "mlflow",
    "install_requires": "setup",
    "python_packages": "bentoml",
}
"""Keywords that take a list of requirement texts, and the source that the fact names."""


def metric_of(site: CallSite, name: str, folding: Folding) -> MetricSource | None:
    """Return the metric that a call creates, or None (also where its name is not known)."""
    package, _, last = name.rpartition(".")
    if package in ("prometheus_client", "prometheus_client.metrics"):
        kind = _PROMETHEUS.get(last)
    elif (family := _FAMILY.fullmatch(name)) is not None:
        kind = _PROMETHEUS[family[1]]
    else:
        kind = _OPENTELEMETRY.get(last) if _is_meter(package) else None
    if kind is None:
        return None
    parts = [_text(site, key, None, folding) for key in ("namespace", "subsystem")]
    base = _text(site, "name", 0, folding)
    if not base:
        return None
    full = "_".join([*(p for p in parts if p), base])
    full = re.sub(r"[^a-zA-Z0-9_:]", "_", full)
    suffix = _SUFFIX.get(kind, "")
    return MetricSource(
        path=folding.source.path,
        line=site.node.lineno,
        end_line=site.node.end_lineno or site.node.lineno,
        name=full if full.endswith(suffix) else full + suffix,
        metric_type=kind,
    )


def requirements_of(site: CallSite, name: str, folding: Folding) -> Iterator[Requirement]:
    """Yield the requirements that a call lists in a keyword such as `packages_to_install`."""
    scope = site.context.scope
    for keyword in site.node.keywords:
        source = PACKAGE_KEYWORDS.get(keyword.arg or "")
        listed = _listed(keyword.value, scope) if source else None
        for item in listed.elts if listed is not None else ():
            found = folding.fold(item, scope)
            if found is None or found.holes or not isinstance(found.value, str):
                continue
            requirement = requirement_of(
                found.value,
                path=folding.source.path,
                line=item.lineno,
                source=source or "",
                group=site.assigned or name,
            )
            if requirement is not None:
                yield requirement


def _listed(node: ast.expr, scope: Scope) -> ast.List | ast.Tuple | None:
    if isinstance(node, ast.Name):
        place = scope.look_up(node.id)
        single = place[1][0].node if place is not None and len(place[1]) == 1 else None
        return single if isinstance(single, ast.List | ast.Tuple) else None
    return node if isinstance(node, ast.List | ast.Tuple) else None


def _is_meter(receiver: str) -> bool:
    return receiver.startswith("opentelemetry.") and ("meter" in receiver or "Meter" in receiver)


def _text(site: CallSite, keyword: str, place: int | None, folding: Folding) -> str:
    node = next((k.value for k in site.node.keywords if k.arg == keyword), None)
    if node is None and place is not None and len(site.node.args) > place:
        node = site.node.args[place]
    found = folding.fold(node, site.context.scope) if node is not None else None
    if found is None or found.holes or not isinstance(found.value, str):
        return ""
    return found.value
