"""Links between declarations: workflows that follow workflows, images, alert rules and metrics."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator

from mlops_agent.contracts.lifecycle import Join
from mlops_agent.lifecycle.facts import (
    AlertRule,
    Command,
    ConfigObject,
    Definition,
    ImageRef,
    Job,
    MetricSource,
    Step,
    Workflow,
)
from mlops_agent.lifecycle.graph.link import Link
from mlops_agent.lifecycle.graph.places import Places
from mlops_agent.lifecycle.index import FactIndex

_SERIES = re.compile(r"_(?:total|bucket|count|sum|created|info)\Z")
_BUILD_ACTIONS = ("docker/build-push-action", "docker/bake-action", "redhat-actions/buildah")
_ACTION_LINES = 25
_SHORT_NAME = 5
_DOTTED = re.compile(r"[A-Za-z_][\w.]*[A-Z]\w*\Z")
_GENERAL_FOLDERS = frozenset({"", "docker", "app", "src", "api", "build", ".", ".devcontainer"})


def config_links(facts: FactIndex, places: Places) -> Iterator[Link]:
    """All links that declarations make to declarations and images."""
    yield from _workflow_runs(facts)
    yield from _local_uses(facts, places)
    composed = _compose_builds(facts, places)
    yield from composed
    yield from _images(facts, composed)
    yield from _image_builds(facts, places)
    yield from _named_classes(facts)
    yield from _alerts(facts)


def _workflow_runs(facts: FactIndex) -> Iterator[Link]:
    named = {workflow.name: workflow for workflow in facts.of(Workflow) if workflow.name}
    for workflow in facts.of(Workflow):
        for name in workflow.upstream:
            source = named.get(name)
            if source is not None and source.path != workflow.path:
                yield Link(
                    source.path, workflow.path, "triggers", workflow.path, workflow.line, "exact"
                )


def _local_uses(facts: FactIndex, places: Places) -> Iterator[Link]:
    for fact in (*facts.of(Job), *facts.of(Step)):
        if not fact.uses.startswith("./"):
            continue
        names = (fact.uses, f"{fact.uses}/action.yml", f"{fact.uses}/action.yaml")
        target = next((t for t in map(places.file, names) if t), None)
        if target is not None and target != fact.path:
            yield Link(fact.path, target, "invokes", fact.path, fact.line, "path")


def _compose_builds(facts: FactIndex, places: Places) -> list[Link]:
    """From a Compose file to the Dockerfiles that its services are built from."""
    found: list[Link] = []
    for item in facts.of(ConfigObject):
        context = item.get("build.context") or item.get("build")
        if item.family != "compose" or not isinstance(context, str):
            continue
        name = posixpath.join(context, str(item.get("build.dockerfile") or "Dockerfile"))
        target = places.file(name, posixpath.dirname(item.path))
        if target is not None:
            found.append(Link(item.path, target, "invokes", item.path, item.line, "path"))
    return found


def _images(facts: FactIndex, composed: list[Link]) -> Iterator[Link]:
    """From a manifest that runs an image to the Dockerfile that it is built from."""
    built = _built_images(facts)
    places = {(link.path, link.line): link.target for link in composed}
    for item in facts.of(ConfigObject):
        image, target = item.get("image"), places.get((item.path, item.line))
        if target is not None and isinstance(image, str):
            built[image_name(image)].append((target, "exact"))
    for ref in facts.of(ImageRef):
        if ref.role in ("base", "build"):
            continue
        name = image_name(ref.image)
        for target, join in built.get(name, ()):
            if target != ref.path:
                yield Link(ref.path, target, "serves", ref.path, ref.line, join)


def _built_images(facts: FactIndex) -> defaultdict[str, list[tuple[str, Join]]]:
    """Image name -> Dockerfiles: named in a build command, or by the Dockerfile's own folder."""
    dockerfiles = sorted({f.path for f in facts.of(ConfigObject) if f.family == "docker"})
    built: defaultdict[str, list[tuple[str, Join]]] = defaultdict(list)
    for path in dockerfiles:
        folder = posixpath.basename(posixpath.dirname(path))
        if folder not in _GENERAL_FOLDERS:
            built[folder].append((path, "heuristic"))
    for command in facts.of(Command):
        if "build" not in command.argv[:4]:
            continue
        tags = _options(command.argv, ("-t", "--tag"))
        named = _options(command.argv, ("-f", "--file"))
        for tag in tags:
            for path in dockerfiles:
                if path in named or (not named and path == "Dockerfile"):
                    built[image_name(tag)].append((path, "exact"))
    return built


def _image_builds(facts: FactIndex, places: Places) -> Iterator[Link]:
    """From a workflow with an image-building action to the Dockerfile that it builds.

    The action's `file` or `context` stands in the lines after it; without either it is the root's.
    """
    for step in facts.of(Step):
        if not step.uses.startswith(_BUILD_ACTIONS):
            continue
        written = ["Dockerfile"]
        for n in range(step.line, min(step.end_line, step.line + _ACTION_LINES) + 1):
            key, _, value = facts.line(step.path, n).strip().partition(":")
            if key in ("file", "context", "dockerfile") and value.strip():
                value = value.strip().strip("\"'")
                written = [value, f"{value}/Dockerfile", *written]
        target = next((t for t in map(places.file, written) if t), None)
        if target is not None:
            yield Link(step.path, target, "invokes", step.path, step.line, "path")


def _named_classes(facts: FactIndex) -> Iterator[Link]:
    """From a settings file to the class that it selects by name (`KIND: TrainingJob`,
    `_target_: package.module.Class`), where one file of the repository defines that name.

    Of several in one file those at the top count; the others are their parts.
    """
    homes: defaultdict[str, set[str]] = defaultdict(set)
    for definition in facts.of(Definition):
        if definition.is_class and not definition.scope and len(definition.name) > _SHORT_NAME:
            homes[definition.name].add(definition.path)
    for item in facts.of(ConfigObject):
        selected: list[tuple[int, int, str]] = []
        for entry in item.entries:
            if not isinstance(entry.value, str) or not _DOTTED.match(entry.value):
                continue
            found = homes.get(entry.value.rpartition(".")[2], set())
            if len(found) == 1:
                selected.append((entry.key.count("."), entry.line, min(found)))
        for depth, line, target in selected:
            if depth == min(selected)[0]:
                yield Link(item.path, target, "invokes", item.path, line, "exact")


def image_name(image: str) -> str:
    """The last part of an image's name, without registry, tag and digest."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0]


def _options(argv: tuple[str, ...], names: tuple[str, ...]) -> list[str]:
    found = [argv[n + 1] for n, word in enumerate(argv[:-1]) if word in names]
    return found + [w.partition("=")[2] for w in argv if w.partition("=")[0] in names and "=" in w]


def _alerts(facts: FactIndex) -> Iterator[Link]:
    sources: defaultdict[str, set[str]] = defaultdict(set)
    for source in facts.of(MetricSource):
        sources[_SERIES.sub("", source.name)].add(source.path)
    for alert in facts.of(AlertRule):
        for metric in alert.metrics:
            for target in sorted(sources.get(_SERIES.sub("", metric), ())):
                if target != alert.path:
                    yield Link(alert.path, target, "monitors", alert.path, alert.expr_line, "exact")
