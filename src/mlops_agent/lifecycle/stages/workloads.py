"""Containers of the model service: workloads by their image's name, and what belongs to them.

A Deployment or Compose service proves nothing by itself. In a repository that has a serving file,
one whose image or name speaks of serving a model counts; so do the objects that select it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlops_agent.lifecycle.facts import ConfigObject, ImageRef
from mlops_agent.lifecycle.graph.config_links import image_name
from mlops_agent.lifecycle.stages.evidence import Evidence
from mlops_agent.lifecycle.stages.sign import Sign

_WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Rollout", "Service"})
_SELECTING = frozenset(
    {"Service", "Ingress", "HorizontalPodAutoscaler", "ScaledObject", "VirtualService"}
)
_SPEAKS = re.compile(
    r"(?:\A|[-_/])(?:serv(?:e|ing)|model|predict(?:or|ion)?|infer(?:ence)?|scor(?:e|ing)|ml)"
    r"(?:\Z|[-_/:])"
)
_FOREIGN = re.compile(
    r"\A(?:prom|grafana|bitnami|redis|postgres|mysql|nginx|minio|mongo|rabbitmq|confluentinc|quay\.io"
    r"|busybox|traefik|apache|adminer|elasticsearch|mlflow|ghcr\.io/mlflow)"
)
_KEYS = ("spec.selector.app", "spec.selector.matchLabels.app", "spec.scaleTargetRef.name")
_BACKEND = re.compile(r"service\.name\Z|serviceName\Z|scaleTargetRef\.name\Z")


def workload_signs(evidence: Evidence) -> Iterator[Sign]:
    """Signs for workloads that run the model service, and for objects that select them."""
    if not any(path.endswith((".py", ".tmpl")) for path in evidence.files("deployment")):
        return
    serving: set[str] = set()
    for item in evidence.facts.of(ConfigObject):
        if item.family in ("kubernetes", "compose") and _serves(evidence, item):
            serving |= {item.name, str(item.get("metadata.labels.app") or item.name)}
            yield _sign(item)
    for item in evidence.facts.of(ConfigObject):
        if item.kind in _SELECTING and item.family == "kubernetes" and serving & _selected(item):
            yield _sign(item)


def _serves(evidence: Evidence, item: ConfigObject) -> bool:
    if item.kind not in _WORKLOADS or (item.family == "kubernetes" and item.kind == "Service"):
        return False
    images = [ref.image for ref in evidence.facts.of(ImageRef, item.path) if _owned(ref, item)]
    own = [image for image in images if not _FOREIGN.match(image)]
    if images and not own:
        return False
    return any(_SPEAKS.search(name) for name in (item.name, *map(image_name, own)))


def _owned(ref: ImageRef, item: ConfigObject) -> bool:
    return ref.owner in (item.name, f"{item.kind}/{item.name}") and ref.role != "base"


def _selected(item: ConfigObject) -> set[str]:
    found = {str(value) for key in _KEYS if (value := item.get(key)) is not None}
    return found | {str(e.value) for e in item.entries if _BACKEND.search(e.key)}


def _sign(item: ConfigObject) -> Sign:
    return Sign(
        item.path,
        "deployment",
        item.line,
        item.end_line,
        "object",
        item.family,
        f"{item.kind} {item.name}",
        "serves",
        "medium",
    )
