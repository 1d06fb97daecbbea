"""Retraining: a schedule or trigger that reaches a training entry point, and nothing less."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlops_agent.lifecycle.facts import Call, ConfigObject, Workflow
from mlops_agent.lifecycle.stages.evidence import Evidence
from mlops_agent.lifecycle.stages.sign import Sign
from mlops_agent.vocabulary.lookup import vocabulary

_EVENTS = frozenset({"repository_dispatch"})
TRIGGERING = frozenset({"schedules", "triggers"})
_SCHEDULE_ROLES = ("schedule", "old_schedule", "cron", "interval")
_NAMES = ("retrain",)
_SCHEDULE_KINDS = frozenset(
    {
        "google_cloud_scheduler_job",
        "aws_cloudwatch_event_rule",
        "aws_scheduler_schedule",
        "azurerm_logic_app_trigger_recurrence",
    }
)
_SPEAKS = re.compile(r"(?:re)?train|pipeline", re.IGNORECASE)


def retraining(evidence: Evidence) -> Iterator[Sign]:
    """Signs of schedules and triggers from which training can be reached."""
    training = set(evidence.files("training"))
    yield from _scheduled(evidence, training)
    if training:
        yield from _declared_schedules(evidence)
    yield from _calls(evidence, training)
    yield from _scheduled_calls(evidence, training)


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


def _scheduled_calls(evidence: Evidence, training: set[str]) -> Iterator[Sign]:
    """DAGs and flows that code gives a schedule, and from which training can be reached."""
    for call in evidence.facts.of(Call):
        word = vocabulary().call(call.name)
        if word is None or word.does != "schedules" or word.stage:
            continue
        places = [word.arguments[role] for role in _SCHEDULE_ROLES if role in word.arguments]
        given = [call.argument(place.keyword, place.position) for place in places]
        texts = [value.text for value in given if value is not None and value.text != "None"]
        if texts and reaches(evidence, call.path, training):
            yield Sign(
                call.path,
                "retraining",
                call.line,
                call.end_line,
                "schedule",
                word.framework,
                texts[0],
                "schedules",
                "high",
            )


def _declared_schedules(evidence: Evidence) -> Iterator[Sign]:
    """Schedules of a cloud that name a pipeline or a training: where they lead is outside git."""
    for item in evidence.facts.of(ConfigObject):
        if item.kind not in _SCHEDULE_KINDS:
            continue
        texts = [item.name, item.path, *(str(e.value) for e in item.entries)]
        if any(_SPEAKS.search(text) for text in texts):
            yield Sign(
                item.path,
                "retraining",
                item.line,
                item.end_line,
                "schedule",
                item.family,
                f"{item.kind} {item.name}",
                "schedules",
                "low",
            )


def _calls(evidence: Evidence, training: set[str]) -> Iterator[Sign]:
    """Schedules and triggers in code, and files called retrain-something that reach training."""
    for sign in evidence.signs:
        if (
            sign.stage == "retraining"
            and sign.does in TRIGGERING
            and reaches(evidence, sign.path, training)
        ):
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
