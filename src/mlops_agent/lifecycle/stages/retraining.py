"""Retraining: a schedule or trigger that reaches a training entry point, and nothing less."""

from __future__ import annotations

from collections.abc import Iterator

from mlops_agent.lifecycle.facts import Workflow
from mlops_agent.lifecycle.stages.evidence import Evidence
from mlops_agent.lifecycle.stages.sign import Sign

_EVENTS = frozenset({"repository_dispatch"})
_NAMES = ("retrain",)


def retraining(evidence: Evidence) -> Iterator[Sign]:
    """Signs of schedules and triggers from which training can be reached."""
    training = set(evidence.files("training"))
    yield from _scheduled(evidence, training)
    yield from _calls(evidence, training)


def _scheduled(evidence: Evidence, training: set[str]) -> Iterator[Sign]:
    for workflow in evidence.facts.of(Workflow):
        when = [*workflow.schedules, *sorted(_EVENTS & set(workflow.triggers))]
        if when and reaches(evidence, workflow.path, training):
            yield Sign(
                workflow.path,
                "retraining",
                workflow.line,
                workflow.end_line,
                "schedule",
                workflow.system,
                ", ".join(when),
                "schedules",
                "high",
            )


def _calls(evidence: Evidence, training: set[str]) -> Iterator[Sign]:
    """Schedules and triggers in code, and files called retrain-something that reach training."""
    for sign in evidence.signs:
        if sign.stage == "retraining" and sign.weak and reaches(evidence, sign.path, training):
            yield Sign(
                sign.path,
                "retraining",
                sign.line,
                sign.end_line,
                sign.kind,
                sign.tool,
                sign.name,
                sign.does,
                "high",
                scope=sign.scope,
            )
    for path in evidence.facts.paths():
        name = "/".join(path.lower().split("/")[-2:])
        named = name.endswith(".py") and any(n in name for n in _NAMES)
        if named and reaches(evidence, path, training):
            yield Sign(path, "retraining", 1, 1, "file", "python", name, "triggers", "medium")


def reaches(evidence: Evidence, path: str, training: set[str]) -> bool:
    """Whether training can be reached from the file by what it starts, triggers or calls."""
    seen, waiting = {path}, [path]
    while waiting:
        at = waiting.pop()
        if at in training:
            return True
        for link in evidence.graph.links(source=at):
            if link.kind in ("invokes", "triggers") and link.target not in seen:
                seen.add(link.target)
                waiting.append(link.target)
    return False
