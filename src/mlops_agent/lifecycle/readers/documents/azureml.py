"""Azure ML's YAML: jobs, components, pipelines, endpoints, deployments, schedules, by `$schema`."""

from __future__ import annotations

import posixpath
import re

from mlops_agent.lifecycle.facts import Fact, Job, Workflow
from mlops_agent.lifecycle.readers.documents.kubernetes import image_ref
from mlops_agent.lifecycle.readers.documents.objects import object_of
from mlops_agent.lifecycle.readers.scripts import command_facts, script_of
from mlops_agent.lifecycle.readers.source import Source, joined_path
from mlops_agent.lifecycle.readers.tree import Leaf, Mapping

_SCHEMA = re.compile(r"azuremlschemas.*/(\w+)\.schema\.json")
_BINDING = re.compile(r"parent\.jobs\.(\w+)\.")


def is_resource(_source: Source, root: Mapping) -> bool:
    """Whether a document names one of Azure ML's schemas."""
    return "azuremlschemas" in root.text("$schema")


def read_resource(source: Source, root: Mapping) -> list[Fact]:
    """A ConfigObject (family "azureml", kind by schema: "commandJob", "managedOnlineDeployment").

    Pipelines and schedules are Workflows too, their jobs Jobs; `command:` texts are Commands that
    run in the `code:` folder.
    """
    match = _SCHEMA.search(root.text("$schema"))
    kind = match[1] if match else "resource"
    name = root.text("name") or root.text("display_name") or source.name
    found: list[Fact] = [
        object_of(root, source, family="azureml", kind=kind, name=name, api=root.text("type"))
    ]
    if root.has("jobs") or kind == "schedule":
        found.append(_workflow(source, root, name))
    found += _command(source, root, name)
    for key, job in root.mappings("jobs"):
        found += _job(source, name, key, job)
    image = root.at("image") or root.at("environment", "image")
    if isinstance(image, Leaf):
        found.append(image_ref(source, image, role="run", owner=name))
    return found


def _workflow(source: Source, root: Mapping, name: str) -> Workflow:
    expression = root.texts("trigger", "expression") or root.texts("trigger", "frequency")
    job = root.text("create_job") or root.text("create_job", "job")
    target = job.removeprefix("file:")
    return Workflow(
        path=source.path,
        line=source.clamp(root.line),
        end_line=max(root.line, source.clamp(root.end_line)),
        system="azureml",
        name=name,
        triggers=("schedule",) if expression else (),
        schedules=expression,
        upstream=(joined_path(source.folder, target),) if target else (),
        concurrency=False,
    )


def _job(source: Source, workflow: str, key: Leaf, job: Mapping) -> list[Fact]:
    component = job.text("component")
    bindings = [m for _, v in _leaves(job) for m in _BINDING.findall(v)]
    found: list[Fact] = [
        Job(
            path=source.path,
            line=key.line,
            end_line=max(key.line, source.clamp(job.end_line)),
            system="azureml",
            workflow=workflow,
            name=key.text,
            needs=tuple(dict.fromkeys(bindings)),
            condition="",
            environment="",
            uses=_file(source, component),
            image="",
            timeout=job.has("limits"),
        )
    ]
    inner = job.mapping("component") or job
    return found + _command(source, inner, key.text)


def _command(source: Source, holder: Mapping, owner: str) -> list[Fact]:
    command = holder.get("command")
    if not isinstance(command, Leaf):
        return []
    code = holder.text("code")
    folder = joined_path(source.folder, code) if code else ""
    return command_facts(
        script_of(command, source),
        source,
        origin="azureml",
        owner=owner,
        working_directory="" if folder == "." else folder,
    )


def _file(source: Source, reference: str) -> str:
    """A component that is a file here, as its path; a registered one as it is written."""
    target = reference.removeprefix("file:")
    if target.endswith((".yml", ".yaml")):
        return posixpath.normpath(joined_path(source.folder, target))
    return reference


def _leaves(job: Mapping) -> list[tuple[str, str]]:
    inputs = job.mapping("inputs")
    found: list[tuple[str, str]] = []
    for key, value in inputs.pairs if inputs else ():
        if isinstance(value, Leaf):
            found.append((key.text, value.text))
        elif isinstance(value, Mapping):
            found.append((key.text, value.text("path")))
    return found
