"""GitLab CI: jobs with scripts, their rules and what they tolerate."""

from __future__ import annotations

import re

from mlops_agent.lifecycle.facts import Fact, Job, Workflow
from mlops_agent.lifecycle.readers.documents.kubernetes import image_ref
from mlops_agent.lifecycle.readers.documents.steps import step_of
from mlops_agent.lifecycle.readers.scripts import command_facts, script_of
from mlops_agent.lifecycle.readers.source import Source
from mlops_agent.lifecycle.readers.tree import Leaf, Mapping, Node, items_of, truth_of

_GLOBAL = frozenset(
    [
        "default",
        "include",
        "stages",
        "variables",
        "workflow",
        "cache",
        "image",
        "services",
        "before_script",
        "after_script",
        "pages",
        "spec",
    ]
) - {"pages"}
_SCRIPTS = ("before_script", "script", "after_script")
_SOURCES = re.compile(r"\$CI_PIPELINE_SOURCE\s*==\s*[\"'](\w+)[\"']")


def is_pipeline(source: Source, root: Mapping) -> bool:
    """Whether a document is a GitLab pipeline: by its name, or by stages and jobs with scripts."""
    if source.name.endswith((".gitlab-ci.yml", ".gitlab-ci.yaml")):
        return True
    jobs = [job for _, job in root.mappings() if job.has("script")]
    return bool(jobs) and (
        root.has("stages") or any(job.has("stage") for job in jobs) or ".gitlab" in source.path
    )


def read_pipeline(source: Source, root: Mapping) -> list[Fact]:
    """A Workflow, a Job for each job (templates too), a Step for each script section.

    Triggers are the pipeline sources that rules name. GitLab's shell has pipefail set.
    """
    jobs = [(key, job) for key, job in root.mappings() if key.text not in _GLOBAL]
    found: list[Fact] = [
        Workflow(
            path=source.path,
            line=source.clamp(root.line),
            end_line=max(root.line, source.clamp(root.end_line)),
            system="gitlab",
            name=root.text("workflow", "name") or source.name,
            triggers=tuple(dict.fromkeys(_SOURCES.findall("\n".join(source.lines)))),
            schedules=(),
            upstream=(),
            concurrency=any(job.has("resource_group") for _, job in jobs),
        )
    ]
    for key, job in jobs:
        found += _job(source, root, key, job)
    return found


def _job(source: Source, root: Mapping, key: Leaf, job: Mapping) -> list[Fact]:
    environment = job.at("environment")
    image = _image(job) or _image(root) or _image(root.mapping("default"))
    found: list[Fact] = [
        Job(
            path=source.path,
            line=key.line,
            end_line=max(key.line, source.clamp(job.end_line)),
            system="gitlab",
            workflow=source.name,
            name=key.text,
            needs=_needs(job),
            condition=_condition(job),
            environment=environment.text
            if isinstance(environment, Leaf)
            else job.text("environment", "name"),
            uses=" ".join(job.texts("extends")),
            image=image.text if image else "",
            timeout=job.has("timeout"),
        )
    ]
    if image and _image(job):
        found.append(image_ref(source, image, role="run", owner=key.text))
    for section in _SCRIPTS:
        found += _section(source, key.text, job, section)
    return found


def _section(source: Source, name: str, job: Mapping, section: str) -> list[Fact]:
    lines = _flat(job.get(section))
    if not lines:
        return []
    failure = job.get("allow_failure")
    # GitLab never fails a job for its after_script.
    allowed = truth_of(failure) or isinstance(failure, Mapping)
    tolerated = section == "after_script" or (section == "script" and allowed)
    run = lines[0]
    text = Leaf("\n".join(n.text for n in lines), "|", run.line, run.column, lines[-1].end_line)
    step = step_of(
        run,
        source,
        system="gitlab",
        workflow=source.name,
        job=name,
        key=section,
        run=text if len(lines) > 1 else run,
        condition=job.text("when"),
        tolerated_line=failure.line if tolerated and failure else 0,
        env=job.get("variables"),
    )
    found: list[Fact] = [step]
    for line in lines:
        found += command_facts(
            script_of(line, source), source, origin="gitlab", owner=name, pipefail=True
        )
    return found


def _flat(node: Node | None) -> list[Leaf]:
    """Script lines; lists inside lists are what `!reference` and anchors leave."""
    found: list[Leaf] = []
    for item in items_of(node):
        found += [item] if isinstance(item, Leaf) else _flat(item) if item is not node else []
    return found


def _needs(job: Mapping) -> tuple[str, ...]:
    names = [
        n.text if isinstance(n, Leaf) else n.text("job") if isinstance(n, Mapping) else ""
        for n in [*job.items("needs"), *job.items("dependencies")]
    ]
    return tuple(dict.fromkeys(name for name in names if name))


def _condition(job: Mapping) -> str:
    """`when:` and the `if:` texts of rules, in order."""
    parts = [job.text("when")]
    for rule in job.items("rules"):
        if isinstance(rule, Mapping):
            parts.append(" ".join(t for t in (rule.text("if"), rule.text("when")) if t))
    return "; ".join(part for part in parts if part)


def _image(holder: Mapping | None) -> Leaf | None:
    image = holder.at("image") if holder else None
    named = image.get("name") if isinstance(image, Mapping) else image
    return named if isinstance(named, Leaf) else None
