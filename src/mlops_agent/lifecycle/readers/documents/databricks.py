"""Databricks asset bundles: jobs and tasks, serving endpoints, models, targets."""

from __future__ import annotations

import posixpath

from mlops_agent.lifecycle.facts import Command, Fact, Job, Workflow
from mlops_agent.lifecycle.readers.documents.objects import object_of
from mlops_agent.lifecycle.readers.source import Source, joined_path
from mlops_agent.lifecycle.readers.tree import Leaf, Mapping

_RESOURCES = frozenset(
    [
        "jobs",
        "pipelines",
        "models",
        "registered_models",
        "experiments",
        "model_serving_endpoints",
        "quality_monitors",
        "schemas",
        "volumes",
        "clusters",
        "dashboards",
        "apps",
    ]
)
_FILES = (
    ("notebook_task", "notebook_path"),
    ("spark_python_task", "python_file"),
    ("python_wheel_task", "entry_point"),
    ("dbt_task", "project_directory"),
)


def is_bundle(source: Source, root: Mapping) -> bool:
    """Whether a document is a bundle's root file or one that it includes."""
    if root.has("apiVersion"):
        return False
    if root.mapping("bundle") is not None or source.name.startswith("databricks.y"):
        return True
    return any(key.text in _RESOURCES for key, _ in root.mappings("resources"))


def read_bundle(source: Source, root: Mapping) -> list[Fact]:
    """ConfigObjects (family "databricks", kind the resource's plural as written, or "target").

    Jobs are Workflows, tasks Jobs; a task that runs a file is a Command `python FILE` with the
    path from the root.
    """
    found = _resources(source, root, "")
    for key, target in root.mappings("targets"):
        found.append(
            object_of(
                target, source, family="databricks", kind="target", name=key.text, line=key.line
            )
        )
        found += _resources(source, target, key.text)
    return found


def _resources(source: Source, holder: Mapping, target: str) -> list[Fact]:
    found: list[Fact] = []
    for kind, resources in holder.mappings("resources"):
        for key, resource in resources.mappings():
            found.append(
                object_of(
                    resource,
                    source,
                    family="databricks",
                    kind=kind.text,
                    name=resource.text("name") or key.text,
                    namespace=target,
                    line=key.line,
                )
            )
            if kind.text == "jobs":
                found += _job(source, key, resource)
    return found


def _job(source: Source, key: Leaf, job: Mapping) -> list[Fact]:
    cron = job.texts("schedule", "quartz_cron_expression")
    triggers = ("schedule",) if cron or job.has("trigger") or job.has("continuous") else ()
    found: list[Fact] = [
        Workflow(
            path=source.path,
            line=key.line,
            end_line=max(key.line, source.clamp(job.end_line)),
            system="databricks",
            name=key.text,
            triggers=triggers,
            schedules=cron,
            upstream=(),
            concurrency=job.text("max_concurrent_runs") in ("", "1"),
        )
    ]
    for task in job.items("tasks"):
        if isinstance(task, Mapping):
            found += _task(source, key.text, task, job.has("timeout_seconds"))
    return found


def _task(source: Source, workflow: str, task: Mapping, timeout: bool) -> list[Fact]:
    name = task.text("task_key")
    needs = [n.text("task_key") for n in task.items("depends_on") if isinstance(n, Mapping)]
    file = next((n for keys in _FILES if isinstance(n := task.at(*keys), Leaf)), None)
    found: list[Fact] = [
        Job(
            path=source.path,
            line=source.clamp(task.line),
            end_line=max(task.line, source.clamp(task.end_line)),
            system="databricks",
            workflow=workflow,
            name=name,
            needs=tuple(needs),
            condition=task.text("run_if"),
            environment="",
            uses=file.text if file else "",
            image="",
            timeout=timeout or task.has("timeout_seconds"),
        )
    ]
    if file:
        found.append(_run(source, f"{workflow}/{name}", file))
    return found


def _run(source: Source, owner: str, file: Leaf) -> Command:
    """The task's file as a command: paths in bundles are relative to the file that names them."""
    line = source.clamp(file.line)
    target = posixpath.normpath(joined_path(source.folder, file.text))
    return Command(
        path=source.path,
        line=line,
        end_line=line,
        origin="databricks",
        owner=owner,
        argv=("python", target),
        text=file.text,
        working_directory="",
        after="",
        rescue="",
    )
