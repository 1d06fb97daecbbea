"""How the jobs of one workflow hang together: their commands, and what they wait for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlops_agent.lifecycle.facts import Command, Job

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle


def commands_of(lifecycle: Lifecycle, job: Job) -> list[Command]:
    """The commands that stand in a job, in the order of the file."""
    return [
        command
        for command in lifecycle.facts.of(Command, job.path)
        if job.line <= command.line <= job.end_line
    ]


def needed(jobs: Iterable[Job], job: Job) -> set[str]:
    """The names of the jobs that a job waits for, directly or over others."""
    needs = {one.name: one.needs for one in jobs}
    found: set[str] = set()
    waiting = list(job.needs)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += needs.get(name, ())
    return found
