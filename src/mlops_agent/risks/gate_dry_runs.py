"""Validation tasks of Databricks jobs that run dry while what waits for them releases the model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_agent.lifecycle.facts import ConfigObject
from mlops_agent.risks.gate_forms import Hole

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

RUN_MODE = re.compile(r"(?P<task>.*\btasks\.\d+)\..*\brun_mode$")
IDLE = frozenset({"dry_run", "disabled"})
VALIDATES = re.compile(r"valid|evaluat|gate|check", re.IGNORECASE)
RELEASES = re.compile(r"deploy|promot|releas|regist", re.IGNORECASE)


def dry_runs(lifecycle: Lifecycle) -> Iterator[Hole]:
    """The validation tasks whose verdict does not keep the task behind them from releasing.

    The modes are those of the model validation of Databricks' MLOps Stacks: dry_run reports a
    failed threshold and goes on, disabled does not look.
    """
    for job in lifecycle.facts.of(ConfigObject):
        if job.family != "databricks":
            continue
        for entry in job.entries:
            place = RUN_MODE.match(entry.key)
            if place is None or entry.value not in IDLE:
                continue
            task = str(job.get(f"{place['task']}.task_key") or "")
            behind = next((name for name in _waiting(job, task) if RELEASES.search(name)), "")
            if VALIDATES.search(task) and behind:
                mode = f"run_mode {entry.value}"
                yield Hole(
                    "dry-run", job.path, entry.line, task, mode, entry.line, behind, entry.line
                )


def _waiting(job: ConfigObject, task: str) -> Iterator[str]:
    """The tasks that wait for a task."""
    for entry in job.entries:
        before, found, _ = entry.key.partition(".depends_on.")
        if found and entry.value == task:
            yield str(job.get(f"{before}.task_key") or "")
