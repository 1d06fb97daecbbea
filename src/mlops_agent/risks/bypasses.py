"""Tasks that run although the work before them failed, by order of the orchestrator.

Owns the settings that say so: GitHub's `always()`, Argo's `continueOn`, Airflow's trigger rules and
Kubeflow's `ignore_upstream_failure`. No edit is made for these: what should run instead is a
decision about the whole pipeline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_agent.contracts.finding import Severity
from mlops_agent.lifecycle.facts import Call, Command, ConfigObject, Job, Step
from mlops_agent.risks.jobs import commands_of, needed
from mlops_agent.risks.losses import HARM, WORK
from mlops_agent.risks.reaching import Reach
from mlops_agent.vocabulary.lookup import vocabulary

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

_ALWAYS = re.compile(r"\balways\(\)|!\s*cancelled\(\)")
_LOOKS = re.compile(r"\b(success\(\)|steps\.|needs\.)")
# https://airflow.apache.org/docs/apache-airflow/stable/core-concepts/dags.html#trigger-rules
_AFTER_FAILURE = frozenset({"all_done", "always", "one_success", "all_done_setup_success"})
_RELEASING_WORDS = re.compile(r"deploy|promot|regist|release|publish", re.I)


@dataclass(frozen=True, slots=True)
class Bypass:
    """A task that goes on after a failure: where that is set, and what it then does."""

    path: str
    line: int
    owner: str
    how: str
    does: str
    remedy: str
    severity: Severity = "error"
    why: str = "What the failed task left undone is missing in what is released."


def bypasses(lifecycle: Lifecycle) -> Iterator[Bypass]:
    """Each bypass towards registration, promotion or deployment, system by system."""
    reach = Reach(lifecycle)
    yield from _github(lifecycle, reach)
    yield from _argo(lifecycle, reach)
    yield from _python(lifecycle)
    yield from _azureml(lifecycle)


def _github(lifecycle: Lifecycle, reach: Reach) -> Iterator[Bypass]:
    for job in (j for j in lifecycle.facts.of(Job) if j.system == "github"):
        jobs = lifecycle.facts.of(Job, job.path)
        own = commands_of(lifecycle, job)
        if _unconditional(job.condition):
            names = needed(jobs, job)
            before = [c for j in jobs if j.name in names for c in commands_of(lifecycle, j)]
            yield from _releasing(lifecycle, reach, job, own, before)
        for step in lifecycle.facts.of(Step, job.path):
            if step.job == job.name and _unconditional(step.condition):
                inside = [c for c in own if step.line <= c.line <= step.end_line]
                before = [c for c in own if c.line < step.line]
                yield from _releasing(lifecycle, reach, step, inside, before)


def _unconditional(condition: str) -> bool:
    return bool(_ALWAYS.search(condition)) and not _LOOKS.search(condition)


def _releasing(
    lifecycle: Lifecycle,
    reach: Reach,
    holder: Job | Step,
    own: list[Command],
    before: list[Command],
) -> Iterator[Bypass]:
    harm = next((c for c in own if set(HARM) & reach.stages(c)), None)
    if harm is None or not any(set(WORK) & reach.stages(c) for c in before):
        return
    lines = range(holder.line, holder.end_line + 1)
    texts = ((n, lifecycle.facts.line(holder.path, n)) for n in lines)
    line = next((n for n, text in texts if _ALWAYS.search(text)), holder.line)
    owner = holder.name if isinstance(holder, Job) else holder.key
    yield Bypass(
        path=holder.path,
        line=line,
        owner=owner,
        how=f"`if: {holder.condition}` runs {owner} after a failure before it",
        does=_does(reach, harm),
        remedy=f"Drop `if: {holder.condition}`.",
    )


def _does(reach: Reach, command: Command) -> str:
    stages = reach.stages(command)
    verb = next(word for stage, word in HARM.items() if stage in stages)
    return f"`{' '.join(command.text.split())}` {verb}"


def _argo(lifecycle: Lifecycle, reach: Reach) -> Iterator[Bypass]:
    for step in lifecycle.facts.of(Step):
        if step.system != "argo" or not step.tolerated:
            continue
        commands = lifecycle.facts.of(Command, step.path)
        own = [c for c in commands if c.owner == f"{step.workflow}/{step.uses}"]
        if not any(set(WORK) & reach.stages(c) for c in own):
            continue
        harm = next((c for c in commands if c not in own and set(HARM) & reach.stages(c)), None)
        if harm is not None:
            yield Bypass(
                path=step.path,
                line=step.tolerated_line or step.line,
                owner=step.key,
                how=f"`continueOn` lets the workflow go on when {step.key} fails",
                does=_does(reach, harm),
                remedy="Drop `continueOn`.",
            )


def _python(lifecycle: Lifecycle) -> Iterator[Bypass]:
    for call in lifecycle.facts.of(Call):
        rule = call.argument("trigger_rule")
        if rule is not None and call.name.startswith("airflow."):
            name = (rule.string or rule.text.rpartition(".")[2]).lower()
            function = call.argument("python_callable")
            task = function.text if function else call.scope
            does = _scope_does(lifecycle, call.path, task) if task else ""
            if name in _AFTER_FAILURE and does:
                how = f"trigger_rule {name} runs {task} after a failure before it"
                remedy = 'Use trigger_rule="all_success", the default.'
                yield Bypass(call.path, call.line, task, how, does, remedy)
        elif call.name.endswith(".ignore_upstream_failure"):
            line = lifecycle.facts.line(call.path, call.line)
            task = line.strip().partition(".ignore_upstream_failure")[0].partition("(")[0]
            if _RELEASING_WORDS.search(task):
                how = f"ignore_upstream_failure() runs {task} after a failure before it"
                remedy = "Drop `.ignore_upstream_failure()`."
                yield Bypass(call.path, call.line, call.scope, how, f"{task} releases", remedy)


def _scope_does(lifecycle: Lifecycle, path: str, task: str) -> str:
    """What a task's own function does by the vocabulary, if it registers, promotes or deploys."""
    for call in lifecycle.facts.of(Call, path):
        word = vocabulary().call(call.name) if call.scope == task else None
        verb = next((v for stage, v in HARM.items() if word and word.stage == stage), "")
        if word and verb and word.does in ("registers", "promotes", "serves"):
            return f"`{call.name.rpartition('.')[2]}` {verb}"
    return ""


def _azureml(lifecycle: Lifecycle) -> Iterator[Bypass]:
    """Batch deployments that call a job done whatever share of its mini-batches failed.

    https://learn.microsoft.com/azure/machine-learning/reference-yaml-deployment-batch
    """
    for thing in lifecycle.facts.of(ConfigObject):
        entry = thing.entry("error_threshold")
        if thing.family == "azureml" and entry is not None and entry.value == -1:
            yield Bypass(
                path=thing.path,
                line=entry.line,
                owner=thing.name,
                how="error_threshold -1 ignores every failed mini-batch",
                does="the scoring job counts as done",
                remedy="Set error_threshold to 0.",
                severity="warning",
                why="Predictions are missing, and whoever reads them is not told.",
            )
