"""Azure Pipelines: stages, jobs, deployment jobs, steps and templates of them."""

from __future__ import annotations

from collections.abc import Iterator

from mlops_agent.lifecycle.facts import Fact, Job, Workflow
from mlops_agent.lifecycle.readers.documents.steps import step_of
from mlops_agent.lifecycle.readers.scripts import command_facts, script_of
from mlops_agent.lifecycle.readers.source import Source, joined_path
from mlops_agent.lifecycle.readers.tree import Leaf, Mapping, Node, items_of, truth_of

_HEADS = ("trigger", "pool", "pr", "schedules", "resources", "parameters", "variables")
_SCRIPTS = ("script", "bash", "pwsh", "powershell")
_STEP_KEYS = (*_SCRIPTS, "task", "template", "checkout", "download", "publish")
_PHASES = ("preDeploy", "deploy", "routeTraffic", "postRouteTraffic")


def is_pipeline(source: Source, root: Mapping) -> bool:
    """Whether a document is a pipeline or a template of one."""
    body = [k for k in ("stages", "jobs", "steps") if root.has(k)]
    if not body or root.has("apiVersion") or root.has("on"):
        return False
    if "azure-pipelines" in source.name or any(root.has(h) for h in _HEADS[:3]):
        return True
    return any(
        any(item.has(key) for key in ("job", "deployment", "stage", *_STEP_KEYS))
        for name in body
        for item in _spread(root.get(name))
    )


def read_pipeline(source: Source, root: Mapping) -> list[Fact]:
    """A Workflow, a Job for each (deployment) job, its Steps and their Commands."""
    schedules = tuple(
        n.text("cron") for n in root.items("schedules") if isinstance(n, Mapping) and n.has("cron")
    )
    pipelines = [n for n in root.items("resources", "pipelines") if isinstance(n, Mapping)]
    name = source.name
    found: list[Fact] = [
        Workflow(
            path=source.path,
            line=source.clamp(root.line),
            end_line=max(root.line, source.clamp(root.end_line)),
            system="azure-pipelines",
            name=root.text("name") or name,
            triggers=tuple(_triggers(root, bool(schedules), bool(pipelines))),
            schedules=schedules,
            upstream=tuple(n.text("source") for n in pipelines),
            concurrency=root.has("lockBehavior"),
        )
    ]
    for stage in _spread(root.get("stages")):
        found += _stage(source, name, stage)
    if root.has("jobs") or root.has("steps"):
        found += _stage(source, name, root)
    return found


def _triggers(root: Mapping, scheduled: bool, after: bool) -> Iterator[str]:
    push = root.get("trigger")
    if push is not None and not (isinstance(push, Leaf) and push.text == "none"):
        yield "push"
    review = root.get("pr")
    if review is not None and not (isinstance(review, Leaf) and review.text == "none"):
        yield "pull_request"
    if scheduled:
        yield "schedule"
    if after:
        yield "workflow_run"


def _stage(source: Source, workflow: str, stage: Mapping) -> list[Fact]:
    found: list[Fact] = []
    for job in _spread(stage.get("jobs")):
        found += _job(source, workflow, stage, job)
    if stage.has("steps"):
        found += _steps(source, workflow, "", stage.get("steps"))
    if stage.has("template"):
        found += _job(source, workflow, stage, stage)
    return found


def _job(source: Source, workflow: str, stage: Mapping, job: Mapping) -> list[Fact]:
    name = job.text("job") or job.text("deployment") or job.text("stage") or job.text("template")
    environment = job.at("environment")
    template = job.text("template")
    found: list[Fact] = [
        Job(
            path=source.path,
            line=source.clamp(job.line),
            end_line=max(job.line, source.clamp(job.end_line)),
            system="azure-pipelines",
            workflow=workflow,
            name=name,
            needs=job.texts("dependsOn") or stage.texts("dependsOn"),
            condition=job.text("condition") or stage.text("condition"),
            environment=environment.text
            if isinstance(environment, Leaf)
            else job.text("environment", "name"),
            uses=joined_path(source.folder, template) if template else "",
            image=job.text("container") or job.text("container", "image"),
            timeout=job.has("timeoutInMinutes"),
        )
    ]
    found += _steps(source, workflow, name, job.get("steps"))
    for _, strategy in job.mappings("strategy"):
        for phase in _PHASES:
            found += _steps(source, workflow, name, strategy.at(phase, "steps"))
    return found


def _steps(source: Source, workflow: str, job: str, node: Node | None) -> list[Fact]:
    found: list[Fact] = []
    for place, step in enumerate(_spread(node)):
        run = next((step.get(k) for k in (*_SCRIPTS, "inlineScript") if step.has(k)), None)
        run = run or step.at("inputs", "inlineScript") or step.at("inputs", "script")
        template = step.text("template")
        key = step.text("name") or step.text("displayName") or f"#{place}"
        tolerance = step.get("continueOnError")
        found.append(
            step_of(
                step,
                source,
                system="azure-pipelines",
                workflow=workflow,
                job=job,
                key=key,
                run=run,
                shell=next((k for k in _SCRIPTS if step.has(k)), step.text("inputs", "scriptType")),
                uses=joined_path(source.folder, template) if template else step.text("task"),
                condition=step.text("condition"),
                working_directory=step.text("workingDirectory"),
                tolerated_line=tolerance.line if tolerance and truth_of(tolerance) else 0,
                env=step.get("env"),
            )
        )
        powershell = step.has("pwsh") or step.has("powershell")
        if isinstance(run, Leaf) and not powershell:
            found += command_facts(
                script_of(run, source),
                source,
                origin="azure-pipelines",
                owner=f"{job}/{key}" if job else key,
                working_directory=joined_path("", step.text("workingDirectory")),
            )
    return found


def _spread(node: Node | None) -> Iterator[Mapping]:
    """The mappings of a list; a `${{ if }}:` item stands for the items below it."""
    for item in items_of(node):
        if not isinstance(item, Mapping):
            continue
        if item.pairs and item.pairs[0][0].text.startswith("${{"):
            for _, below in item.pairs:
                yield from _spread(below)
        else:
            yield item
