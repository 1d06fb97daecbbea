"""Kubernetes objects: every manifest as a ConfigObject, with the images and commands of its pods.

CronJobs are Workflows too; Argo's workflow kinds and PrometheusRules have their own interpreters.
"""

from __future__ import annotations

from collections.abc import Iterator

from mlops_agent.lifecycle.facts import Fact, ImageRef, Workflow
from mlops_agent.lifecycle.readers.documents import argo, prometheus
from mlops_agent.lifecycle.readers.documents.objects import object_of
from mlops_agent.lifecycle.readers.scripts import argv_fact
from mlops_agent.lifecycle.readers.source import Source
from mlops_agent.lifecycle.readers.tree import Leaf, Mapping, Node, Sequence, items_of, truth_of

MAX_VISITED = 5000
"""Nodes looked at for pods in one object: compiled pipelines can be very large."""

SERVING_KINDS = frozenset(
    {"InferenceService", "ServingRuntime", "ClusterServingRuntime", "SeldonDeployment", "Model"}
    | {"RayService", "InferenceGraph", "LLMInferenceService"}
)
_CONTAINER_LISTS = frozenset({"containers", "initContainers"})


def is_object(_source: Source, root: Mapping) -> bool:
    """Whether a document is a Kubernetes object."""
    return bool(root.text("apiVersion")) and bool(root.text("kind"))


def read_object(source: Source, root: Mapping) -> list[Fact]:
    """The facts of a manifest; the items of a `List` one by one."""
    kind = root.text("kind")
    if kind.endswith("List") and isinstance(root.get("items"), Sequence):
        items = (n for n in root.items("items") if isinstance(n, Mapping))
        return [fact for item in items for fact in read_object(source, item)]
    name = root.text("metadata", "name") or root.text("metadata", "generateName")
    found: list[Fact] = [
        object_of(
            root,
            source,
            family="kubernetes",
            api=root.text("apiVersion"),
            kind=kind,
            name=name,
            namespace=root.text("metadata", "namespace"),
        )
    ]
    if kind == "CronJob":
        found.append(_cron_job(source, root, name))
    elif kind in argo.KINDS and root.text("apiVersion").startswith("argoproj.io"):
        found += argo.read_workflow(source, root, name)
    elif kind == "PrometheusRule":
        found += prometheus.rules_of(source, root.mapping("spec"))
    role = "serve" if kind in SERVING_KINDS else "run"
    for container in containers_of(root):
        found += container_facts(source, container, role=role, owner=f"{kind}/{name}")
    return found


def containers_of(root: Node) -> Iterator[Mapping]:
    """The containers anywhere below a node: in container lists, `container` and `script`."""
    stack = [root]
    visited = 0
    while stack and visited < MAX_VISITED:
        node = stack.pop()
        visited += 1
        if isinstance(node, Sequence):
            stack.extend(reversed(node.nodes))
        elif isinstance(node, Mapping):
            for key, value in reversed(node.pairs):
                if not isinstance(value, Leaf):
                    stack.append(value)
                yield from _containers_at(key.text, value)


def container_facts(source: Source, container: Mapping, *, role: str, owner: str) -> list[Fact]:
    """The image of a container, and the command that its `command` and `args` make."""
    found: list[Fact] = []
    image = container.get("image")
    if isinstance(image, Leaf) and image.text:
        found.append(image_ref(source, image, role=role, owner=owner))
    words = items_of(container.get("command")) + items_of(container.get("args"))
    scripted = container.has("source")  # an Argo script: `command` is only its interpreter
    if words and not scripted:
        argv = Sequence(container.line, container.column)
        argv.nodes = words
        found += argv_fact(argv, source, origin="kubernetes", owner=owner)
    return found


def image_ref(source: Source, image: Leaf, *, role: str, owner: str) -> ImageRef:
    """An ImageRef at the scalar that names the image."""
    line = source.clamp(image.line)
    return ImageRef(
        path=source.path, line=line, end_line=line, image=image.text, role=role, owner=owner
    )


def _containers_at(key: str, value: Node) -> Iterator[Mapping]:
    if key in _CONTAINER_LISTS and isinstance(value, Sequence):
        yield from (n for n in value.nodes if isinstance(n, Mapping))
    elif key in ("container", "script") and isinstance(value, Mapping) and value.has("image"):
        yield value


def _cron_job(source: Source, root: Mapping, name: str) -> Workflow:
    policy = root.text("spec", "concurrencyPolicy")
    suspended = truth_of(root.at("spec", "suspend"))
    return Workflow(
        path=source.path,
        line=source.clamp(root.line),
        end_line=max(root.line, source.clamp(root.end_line)),
        system="kubernetes",
        name=name,
        triggers=() if suspended else ("schedule",),
        schedules=root.texts("spec", "schedule"),
        upstream=(),
        concurrency=policy in ("Forbid", "Replace"),
    )
