"""A schedule trains a model and takes it to production with nothing in between.

## What it finds

A scheduled workflow or DAG that reaches a training file and an ungated promotion (see REG001), with
no approval by an environment on the way.

## Why it matters

Nobody is there when it happens. One bad batch of data at night is a bad model in production in the
morning, at every tick again.

## Bad

```yaml
on: {schedule: [{cron: "0 3 * * *"}]}
jobs:
  retrain:
    steps:
      - run: python train.py
      - run: python promote.py   # sets the champion alias
```

## Better

```yaml
      - run: python train.py
      - run: python evaluate.py --against champion   # exits with 1 when it is not better
      - run: python promote.py
```

## Known false positives

A promotion that is decided elsewhere, for example by an approval in the registry: name it in the
settings, `external: {evaluation: "where"}`.

## Known misses

A retraining that writes straight into the folder from which the service loads, and a scheduled job
whose gate is there but lets everything through; the latter is REG004's.

## References

- Google Cloud, "MLOps: Continuous delivery and automation pipelines in machine learning": model
  validation comes between training and deployment
- Breck et al. 2017, "The ML Test Score"
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_agent.contracts.finding import TrailStep
from mlops_agent.lifecycle.facts import Job, Workflow
from mlops_agent.risks.gates import Search, gated
from mlops_agent.risks.promotions import Promotion, promotions
from mlops_agent.risks.rule import Draft, Rule

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

RULE = Rule(
    "PIP007",
    "retrain-auto-promotes",
    "error",
    "medium",
    "pipeline",
    "none",
    asks=(
        "nightly retraining promotes",
        "scheduled retraining goes straight to production",
        "retraining without a check",
        "automatic promotion after retraining",
    ),
    absence="evaluation",
)


def find(lifecycle: Lifecycle) -> Iterator[Draft]:
    """Draft one finding a scheduled workflow and ungated promotion that it reaches."""
    scheduled = [w for w in lifecycle.facts.of(Workflow) if w.schedules or "schedule" in w.triggers]
    training = {asset.path for asset in lifecycle.map.assets if asset.stage == "training"}
    if not scheduled:
        return
    for promotion in promotions(lifecycle):
        search = Search()
        if gated(lifecycle, promotion, search):
            continue
        for workflow in scheduled:
            draft = _draft(lifecycle, workflow, promotion, training)
            if draft is not None:
                yield draft


def _draft(
    lifecycle: Lifecycle, workflow: Workflow, promotion: Promotion, training: set[str]
) -> Draft | None:
    reached = lifecycle.graph.downstream(workflow.path) | {workflow.path}
    trains = sorted(reached & training)
    if promotion.path not in reached or not trains or _approved(lifecycle, workflow):
        return None
    way = lifecycle.graph.way(workflow.path, promotion.path)
    steps = [TrailStep(path=workflow.path, line=workflow.line, what="the schedule starts this")]
    steps += [
        TrailStep(path=link.path, line=link.line, what=f"{link.kind} {link.target}") for link in way
    ]
    steps.append(TrailStep(path=promotion.path, line=promotion.line, what=promotion.what))
    return Draft(
        path=workflow.path,
        line=_line(lifecycle, workflow),
        symbol=workflow.name,
        message=f"On its schedule this trains ({trains[0]}) and promotes: at {promotion.path}:"
        f"{promotion.line} {promotion.what} with no evaluation and no approval in between.",
        smallest_fix="Run a step between training and promotion that compares the candidate with "
        "the champion and fails when it is not better.",
        trail=tuple(steps),
        searched=("a test on a metric on the way", "an environment with approval on the jobs"),
        needs=(workflow.path, promotion.path, *(link.target for link in way)),
    )


def _approved(lifecycle: Lifecycle, workflow: Workflow) -> bool:
    return any(job.environment for job in lifecycle.facts.of(Job, workflow.path))


def _line(lifecycle: Lifecycle, workflow: Workflow) -> int:
    for number in range(workflow.line, max(workflow.end_line, workflow.line) + 1):
        text = lifecycle.facts.line(workflow.path, number)
        if any(cron and cron in text for cron in workflow.schedules):
            return number
    return workflow.line
