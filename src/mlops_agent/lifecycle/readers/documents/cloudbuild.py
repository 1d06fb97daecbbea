"""Google Cloud Build: build steps, each a container with arguments or a script."""

from __future__ import annotations

from itertools import pairwise

from mlops_agent.lifecycle.facts import Fact, Workflow
from mlops_agent.lifecycle.readers.documents.kubernetes import image_ref
from mlops_agent.lifecycle.readers.documents.steps import step_of
from mlops_agent.lifecycle.readers.scripts import argv_fact, command_facts, script_of
from mlops_agent.lifecycle.readers.source import Source, joined_path
from mlops_agent.lifecycle.readers.tree import Leaf, Mapping, Sequence, items_of, truth_of


def is_build(source: Source, root: Mapping) -> bool:
    """Whether a document is a Cloud Build configuration."""
    steps = [s for s in root.items("steps") if isinstance(s, Mapping)]
    if not steps or root.has("apiVersion"):
        return False
    named = all("/" in s.text("name") or s.has("args") or s.has("entrypoint") for s in steps)
    return "cloudbuild" in source.path.lower() or (
        named and any(s.text("name").startswith(("gcr.io/", "${_", "$_")) for s in steps)
    )


def read_build(source: Source, root: Mapping) -> list[Fact]:
    """A Workflow; a Step, an ImageRef and the Commands for each build step."""
    found: list[Fact] = [
        Workflow(
            path=source.path,
            line=source.clamp(root.line),
            end_line=max(root.line, source.clamp(root.end_line)),
            system="cloudbuild",
            name=source.name,
            triggers=(),
            schedules=(),
            upstream=(),
            concurrency=False,
        )
    ]
    for place, step in enumerate(root.items("steps")):
        if isinstance(step, Mapping):
            found += _step(source, place, step)
    return found


def _step(source: Source, place: int, step: Mapping) -> list[Fact]:
    key = step.text("id") or f"#{place}"
    tolerance = step.get("allowFailure")
    script = step.get("script")
    image = step.get("name")
    folder = joined_path("", step.text("dir"))
    found: list[Fact] = [
        step_of(
            step,
            source,
            system="cloudbuild",
            workflow=source.name,
            job="",
            key=key,
            run=script or _shell_script(step),
            shell=step.text("entrypoint"),
            uses=step.text("name"),
            working_directory=folder,
            tolerated_line=tolerance.line if tolerance and truth_of(tolerance) else 0,
        )
    ]
    if isinstance(image, Leaf):
        found.append(image_ref(source, image, role="run", owner=key))
    if isinstance(script, Leaf):
        return found + command_facts(
            script_of(script, source),
            source,
            origin="cloudbuild",
            owner=key,
            working_directory=folder,
        )
    return found + argv_fact(
        _argv(step), source, origin="cloudbuild", owner=key, working_directory=folder
    )


def _shell_script(step: Mapping) -> Leaf | None:
    """The text after `-c` where the entry point is a shell."""
    args = [n for n in step.items("args") if isinstance(n, Leaf)]
    for option, text in pairwise(args):
        if option.text.startswith("-") and option.text.endswith("c"):
            return text
    return None


def _argv(step: Mapping) -> Sequence:
    """The words that run: the entry point, or the builder's own name, and the arguments."""
    argv = Sequence(step.line, step.column)
    entry = step.get("entrypoint")
    image = step.get("name")
    if isinstance(entry, Leaf):
        argv.nodes.append(entry)
    elif isinstance(image, Leaf) and image.text.startswith("gcr.io/cloud-builders/"):
        tool = image.text.rsplit("/", 1)[1].split(":")[0]
        argv.nodes.append(Leaf(tool, "", image.line, image.column, image.line))
    argv.nodes += items_of(step.get("args"))
    return argv
