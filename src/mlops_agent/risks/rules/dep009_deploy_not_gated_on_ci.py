"""A workflow deploys or promotes a model without waiting for the checks to succeed.

## What it finds

- A GitHub workflow that starts `on: workflow_run` and deploys or promotes a model, where no
  condition looks at `github.event.workflow_run.conclusion`: it starts after a failed run as well.
- A workflow with a job that tests or evaluates and a job that deploys or promotes, where the second
  does not need the first, directly or over other jobs.

Only workflows count that reach a model's deployment or promotion.

## Why it matters

The checks run, fail, and the model is rolled out beside them.

## Bad

```yaml
on:
  workflow_run:
    workflows: [evaluate]
    types: [completed]
jobs:
  deploy:
    runs-on: ubuntu-latest
```

## Better

```yaml
jobs:
  deploy:
    if: github.event.workflow_run.conclusion == 'success'
    runs-on: ubuntu-latest
```

## Known false positives

A deployment job whose environment has required checks outside the repository.

## Known misses

Argo CD applications that sync whatever reaches a branch: whether that branch is protected by
checks is not written in the repository.

## References

- GitHub Actions, workflow_run:
  https://docs.github.com/actions/reference/events-that-trigger-workflows#workflow_run
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_agent.contracts.finding import TrailStep
from mlops_agent.lifecycle.facts import Command, Job, Step, Workflow
from mlops_agent.risks.jobs import commands_of, needed
from mlops_agent.risks.reaching import TEST_RUNNERS, Reach
from mlops_agent.risks.rule import Draft, Rule
from mlops_agent.vocabulary.lookup import vocabulary

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

RULE = Rule(
    "DEP009",
    "deploy-not-gated-on-ci",
    "error",
    "high",
    "deployment",
    "none",
    asks=(
        "deploys although the tests failed",
        "deployment does not wait for the checks",
        "deploy job without needs",
        "workflow_run",
        "deployment is not gated on the tests",
    ),
)


def find(lifecycle: Lifecycle) -> Iterator[Draft]:
    """Draft findings for both forms, one a releasing job."""
    reach = Reach(lifecycle)
    for workflow in lifecycle.facts.of(Workflow):
        jobs = lifecycle.facts.of(Job, workflow.path)
        releasing = {job.name: c for job in jobs if (c := _releases(lifecycle, reach, job))}
        if workflow.system == "github" and "workflow_run" in workflow.triggers:
            yield from _after_any_run(lifecycle, workflow, jobs, releasing)
        if workflow.system == "github":
            yield from _beside_checks(lifecycle, reach, jobs, releasing)


def _releases(lifecycle: Lifecycle, reach: Reach, job: Job) -> Command | None:
    """The first command of a job that deploys or promotes."""
    for command in commands_of(lifecycle, job):
        word = vocabulary().command(command.argv)
        rolls_out = word is not None and word.stage == "deployment" and not word.weak
        if "promotion" in reach.stages(command) or (
            rolls_out and "deployment" in reach.stages_of_file(job.path)
        ):
            return command
    return None


def _checks(lifecycle: Lifecycle, reach: Reach, job: Job) -> Command | None:
    """The first command of a job that tests or evaluates."""
    for command in commands_of(lifecycle, job):
        if TEST_RUNNERS & set(command.argv) or "evaluation" in reach.stages(command):
            return command
    return None


def _after_any_run(
    lifecycle: Lifecycle,
    workflow: Workflow,
    jobs: tuple[Job, ...],
    releasing: dict[str, Command],
) -> Iterator[Draft]:
    conditions = [job.condition for job in jobs]
    conditions += [step.condition for step in lifecycle.facts.of(Step, workflow.path)]
    text = lifecycle.facts.text(workflow.path)
    if any("workflow_run.conclusion" in condition for condition in conditions):
        return
    if "workflow_run.conclusion" in text or set(workflow.triggers) & {"push", "pull_request"}:
        return
    for job in jobs:
        command = releasing.get(job.name)
        if command:
            upstream = ", ".join(workflow.upstream) or "the other workflow"
            yield _draft(
                job,
                command,
                f"Job {job.name} starts whenever {upstream} has ended, also when it failed, and "
                "releases a model.",
                "Add `if: github.event.workflow_run.conclusion == 'success'` to the job.",
                ("github.event.workflow_run.conclusion",),
            )


def _beside_checks(
    lifecycle: Lifecycle, reach: Reach, jobs: tuple[Job, ...], releasing: dict[str, Command]
) -> Iterator[Draft]:
    checking = [job for job in jobs if _checks(lifecycle, reach, job)]
    for job in jobs:
        command = releasing.get(job.name)
        if command is None or job in checking:
            continue
        if checking and not needed(jobs, job) & {check.name for check in checking}:
            names = ", ".join(check.name for check in checking)
            yield _draft(
                job,
                command,
                f"Job {job.name} releases a model without waiting for {names}.",
                f"Add `needs: [{names}]` to the job.",
                ("needs",),
            )


def _draft(
    job: Job, command: Command, message: str, remedy: str, searched: tuple[str, ...]
) -> Draft:
    step = TrailStep(path=command.path, line=command.line, what=f"`{command.text}` releases")
    return Draft(
        path=job.path,
        line=job.line,
        message=message,
        smallest_fix=remedy,
        symbol=job.name,
        trail=(step,),
        searched=searched,
    )
