"""GitHub Actions: workflows (`on` and `jobs`) and composite actions (`runs`)."""

from __future__ import annotations

import re

from mlops_agent.lifecycle.facts import Fact, ImageRef, Job, Workflow
from mlops_agent.lifecycle.readers.documents.steps import step_of
from mlops_agent.lifecycle.readers.embedded import python_facts
from mlops_agent.lifecycle.readers.scripts import command_facts, script_of
from mlops_agent.lifecycle.readers.source import Source, joined_path
from mlops_agent.lifecycle.readers.tree import Leaf, Mapping, Node, truth_of

_ON = ("on", "true")
"""YAML 1.1 tools that rewrite a workflow turn the key `on` into `true`."""
_EXPRESSION_TRUE = re.compile(r"\$\{\{\s*true\s*\}\}")


def is_workflow(source: Source, root: Mapping) -> bool:
    """Whether a document is a workflow: by its place, or by having both triggers and jobs."""
    has_jobs = root.mapping("jobs") is not None
    return has_jobs and (".github/workflows" in source.path or any(root.has(k) for k in _ON))


def is_action(source: Source, root: Mapping) -> bool:
    """Whether a document is an action's metadata file."""
    return source.name.startswith("action.y") and root.mapping("runs") is not None


def read_workflow(source: Source, root: Mapping) -> list[Fact]:
    """Workflow, Jobs, Steps, the Commands of the steps and the images of the jobs."""
    name = root.text("name") or source.name
    triggers = root.get("on") or root.get("true")
    found: list[Fact] = [
        Workflow(
            path=source.path,
            line=root.line,
            end_line=source.clamp(root.end_line),
            system="github",
            name=name,
            triggers=_names(triggers),
            schedules=_schedules(triggers),
            upstream=_upstream(triggers),
            concurrency=root.has("concurrency"),
        )
    ]
    shell = root.text("defaults", "run", "shell")
    folder = root.text("defaults", "run", "working-directory")
    for key, job in root.mappings("jobs"):
        found += _job(source, name, key, job, (shell, folder))
    return found


def read_action(source: Source, root: Mapping) -> list[Fact]:
    """A composite action as a Workflow with the trigger "action" and one job, "runs"."""
    name = root.text("name") or source.name
    found: list[Fact] = [
        Workflow(
            path=source.path,
            line=root.line,
            end_line=source.clamp(root.end_line),
            system="github",
            name=name,
            triggers=("action",),
            schedules=(),
            upstream=(),
            concurrency=False,
        )
    ]
    for place, step in enumerate(root.items("runs", "steps")):
        if isinstance(step, Mapping):
            found += _step(source, name, "runs", place, step, ("", ""), Mapping(step.line, 0))
    return found


def _job(
    source: Source, workflow: str, key: Leaf, job: Mapping, outer: tuple[str, str]
) -> list[Fact]:
    container = job.at("container")
    image = container.text if isinstance(container, Leaf) else job.text("container", "image")
    environment = job.at("environment")
    found: list[Fact] = [
        Job(
            path=source.path,
            line=key.line,
            end_line=max(key.line, source.clamp(job.end_line)),
            system="github",
            workflow=workflow,
            name=key.text,
            needs=job.texts("needs"),
            condition=job.text("if"),
            environment=environment.text
            if isinstance(environment, Leaf)
            else job.text("environment", "name"),
            uses=job.text("uses"),
            image=image,
            timeout=job.has("timeout-minutes"),
        )
    ]
    if image:
        found.append(
            ImageRef(
                path=source.path,
                line=container.line if container else key.line,
                end_line=container.line if container else key.line,
                image=image,
                role="run",
                owner=key.text,
            )
        )
    defaults = (
        job.text("defaults", "run", "shell") or outer[0],
        job.text("defaults", "run", "working-directory") or outer[1],
    )
    for place, step in enumerate(job.items("steps")):
        if isinstance(step, Mapping):
            found += _step(source, workflow, key.text, place, step, defaults, job)
    return found


def _step(
    source: Source,
    workflow: str,
    job: str,
    place: int,
    step: Mapping,
    defaults: tuple[str, str],
    parent: Mapping,
) -> list[Fact]:
    run = step.get("run")
    script = script_of(run, source) if isinstance(run, Leaf) else None
    key = step.text("id") or step.text("name") or f"#{place}"
    shell = step.text("shell") or defaults[0]
    folder = step.text("working-directory") or defaults[1]
    found: list[Fact] = [
        step_of(
            step,
            source,
            system="github",
            workflow=workflow,
            job=job,
            key=key,
            run=run,
            shell=shell,
            uses=step.text("uses"),
            condition=step.text("if"),
            working_directory=folder,
            tolerated_line=_tolerance(step, parent),
            env=step.get("env"),
        )
    ]
    if script and shell.startswith("python"):
        last = script.line + script.text.count("\n")
        found += python_facts(script.text, source, script.line, last)
    elif script and not shell.startswith(("pwsh", "powershell", "cmd")):
        found += command_facts(
            script,
            source,
            origin="github",
            owner=f"{job}/{key}",
            working_directory=joined_path("", folder),
            pipefail=shell == "bash" or "pipefail" in shell,
        )
    return found


def _tolerance(step: Mapping, job: Mapping) -> int:
    """The line of a `continue-on-error: true` at the step, else at its job, or 0."""
    for holder in (step, job):
        node = holder.get("continue-on-error")
        if isinstance(node, Leaf) and (truth_of(node) or _EXPRESSION_TRUE.fullmatch(node.text)):
            return node.line
    return 0


def _names(triggers: Node | None) -> tuple[str, ...]:
    if isinstance(triggers, Mapping):
        return tuple(key.text for key, _ in triggers.pairs)
    if isinstance(triggers, Leaf):
        return (triggers.text,)
    return tuple(n.text for n in triggers.nodes if isinstance(n, Leaf)) if triggers else ()


def _schedules(triggers: Node | None) -> tuple[str, ...]:
    if not isinstance(triggers, Mapping):
        return ()
    crons = (n.text("cron") for n in triggers.items("schedule") if isinstance(n, Mapping))
    return tuple(cron for cron in crons if cron)


def _upstream(triggers: Node | None) -> tuple[str, ...]:
    return triggers.texts("workflow_run", "workflows") if isinstance(triggers, Mapping) else ()
