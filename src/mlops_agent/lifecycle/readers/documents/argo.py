"""Argo Workflows: workflows, templates, cron workflows; their DAG tasks and steps."""

from __future__ import annotations

from collections.abc import Iterator

from mlops_agent.lifecycle.facts import Fact, Job, Step, Workflow
from mlops_agent.lifecycle.readers.documents.steps import step_of
from mlops_agent.lifecycle.readers.scripts import command_facts, script_of
from mlops_agent.lifecycle.readers.source import Source
from mlops_agent.lifecycle.readers.tree import Leaf, Mapping, items_of, truth_of

KINDS = frozenset({"Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow"})


def read_workflow(source: Source, root: Mapping, name: str) -> list[Fact]:
    """A Workflow, a Job and a Step a task, and the Commands of script templates."""
    spec = root.mapping("spec")
    if spec is None:
        return []
    inner = spec.mapping("workflowSpec") or spec
    schedules = spec.texts("schedules") or spec.texts("schedule")
    found: list[Fact] = [
        Workflow(
            path=source.path,
            line=source.clamp(root.line),
            end_line=max(root.line, source.clamp(root.end_line)),
            system="argo",
            name=name,
            triggers=("schedule",) if schedules else (),
            schedules=schedules,
            upstream=(),
            concurrency=spec.text("concurrencyPolicy") in ("Forbid", "Replace")
            or inner.has("synchronization"),
        )
    ]
    for template in inner.items("templates"):
        if isinstance(template, Mapping):
            found += _template(source, name, template)
    return found


def _template(source: Source, workflow: str, template: Mapping) -> list[Fact]:
    found: list[Fact] = []
    for task, needs in _tasks(template):
        found += _task(source, workflow, task, needs)
    script = template.at("script", "source")
    language = " ".join(template.texts("script", "command"))
    if isinstance(script, Leaf) and "python" not in language:
        owner = f"{workflow}/{template.text('name')}"
        found += command_facts(script_of(script, source), source, origin="argo", owner=owner)
    return found


def _tasks(template: Mapping) -> Iterator[tuple[Mapping, tuple[str, ...]]]:
    """DAG tasks with what they depend on, and steps, each needing the group before it."""
    for task in template.items("dag", "tasks"):
        if isinstance(task, Mapping):
            words = task.text("depends").replace("&&", " ").replace("||", " ").replace("!", " ")
            depends = tuple(w.strip("()").split(".")[0] for w in words.split())
            yield task, task.texts("dependencies") or depends
    before: tuple[str, ...] = ()
    for group in template.items("steps"):
        tasks = [t for t in items_of(group) if isinstance(t, Mapping)]
        for task in tasks:
            yield task, before
        before = tuple(t.text("name") for t in tasks)


def _task(source: Source, workflow: str, task: Mapping, needs: tuple[str, ...]) -> list[Fact]:
    template = task.text("template") or task.text("templateRef", "template")
    job = Job(
        path=source.path,
        line=source.clamp(task.line),
        end_line=max(task.line, source.clamp(task.end_line)),
        system="argo",
        workflow=workflow,
        name=task.text("name"),
        needs=needs,
        condition=task.text("when"),
        environment="",
        uses=template,
        image="",
        timeout=False,
    )
    tolerance = task.mapping("continueOn")
    on = [(k, v) for k, v in tolerance.pairs if truth_of(v)] if tolerance else []
    step: Step = step_of(
        task,
        source,
        system="argo",
        workflow=workflow,
        job=job.name,
        key=job.name,
        uses=template,
        condition=job.condition,
        tolerated_line=on[0][0].line if on else 0,
    )
    return [job, step]
