"""Declared work: orchestrators, workflows and images take the stages of what they start.

A definition that starts a script declares that script's stages. One that starts a whole pipeline
definition declares the training run, not each of its steps again.
"""

from __future__ import annotations

from collections.abc import Iterator

from mlops_agent.contracts.lifecycle import Stage
from mlops_agent.lifecycle.dispatch import reader_for
from mlops_agent.lifecycle.facts import Call, Command, ConfigObject, DvcStage, Workflow
from mlops_agent.lifecycle.graph.link import Link
from mlops_agent.lifecycle.stages.evidence import Evidence
from mlops_agent.lifecycle.stages.named import meant_step
from mlops_agent.lifecycle.stages.naming import meant_stages
from mlops_agent.lifecycle.stages.reach import Reach
from mlops_agent.lifecycle.stages.sign import Sign
from mlops_agent.vocabulary.lookup import ORCHESTRATORS, vocabulary

_BY_HAND = frozenset({"make"})
"""Systems that only a person starts: their targets are looked through, not counted."""
_PIPELINE_FAMILIES = frozenset({"azureml", "databricks", "mlproject", "settings"})
_SYNCING_KINDS = frozenset({"Application", "ApplicationSet", "Kustomization", "HelmRelease"})
_COMPONENTS = frozenset({"kfp.dsl.component", "kfp.dsl.container_component"})
"""A component is a step, not what orders the steps."""
_TRAINING: tuple[Stage, ...] = ("training",)
_CODE = frozenset({"python", "notebook"})
_ENTRY = frozenset({"training", "registry", "promotion", "monitoring", "retraining"})
"""Stages that a script does by calling a helper; the others are counted where the work is."""
_WHOLE_PIPELINE = 3
"""A definition with this many stages is a pipeline; starting it is one training run."""


def declared(evidence: Evidence, reach: Reach) -> Iterator[Sign]:
    """The signs that definitions take over from what they start."""
    systems = definitions(evidence)
    for path in sorted(systems):
        yield from _taken(evidence, path, systems[path], systems)
    for path in sorted(orchestrating_files(evidence)):
        for stage, call in reach.from_file(path).items():
            yield _sign(path, stage, call.line, "task", "python", call.name)
        yield from _taken(evidence, path, "python", systems)
    for path in sorted(entries(evidence, systems)):
        for stage, call in reach.from_file(path).items():
            if stage in _ENTRY:
                yield _sign(path, stage, call.line, "call", "python", call.name)


def entries(evidence: Evidence, systems: dict[str, str]) -> set[str]:
    """Python files that are started as such: with a main guard, or by a definition."""
    started = {
        link.target
        for path in systems
        for link in evidence.graph.links("invokes", source=path)
        if (reader := reader_for(link.target)) is not None and reader.name in _CODE
    }
    return started | evidence.scripts


def definitions(evidence: Evidence) -> dict[str, str]:
    """Files that define workflows or pipelines, with their system."""
    found = {
        fact.path: fact.system
        for fact in evidence.facts.of(Workflow)
        if fact.system not in _BY_HAND
    }
    for item in evidence.facts.of(ConfigObject):
        if item.family in _PIPELINE_FAMILIES or _syncs(item):
            found.setdefault(item.path, item.family)
    for command in evidence.facts.of(Command):
        if command.origin == "shell":
            found.setdefault(command.path, "shell")
    for stage in evidence.facts.of(DvcStage):
        if not stage.path.endswith(".lock"):
            found.setdefault(stage.path, "dvc")
    return found


def _syncs(item: ConfigObject) -> bool:
    """Whether an object brings other files' objects into being: GitOps, Terraform modules."""
    return item.kind in _SYNCING_KINDS or (item.family == "terraform" and item.kind == "module")


def orchestrating_files(evidence: Evidence) -> set[str]:
    """Python files that define a DAG, flow or pipeline of an orchestrator."""
    known = vocabulary()
    return {
        call.path
        for call in evidence.facts.of(Call)
        if (word := known.call(call.name)) is not None
        and word.framework in ORCHESTRATORS
        and word.does in ("schedules", "triggers")
        and call.name not in _COMPONENTS
    }


def _taken(evidence: Evidence, path: str, system: str, systems: dict[str, str]) -> Iterator[Sign]:
    seen: set[Stage] = set()
    for link in _started(evidence, path):
        stages = evidence.stages(link.target)
        if link.target in systems and len(stages) >= _WHOLE_PIPELINE:
            stages = _TRAINING if "training" in stages else ()
        if system == "shell":
            stages = _scripted(link.target, stages)
        for stage in meant_stages(link.target, stages):
            if stage not in seen and (stage != "retraining" or system == "terraform"):
                seen.add(stage)
                if evidence.at(path, stage):
                    continue
                yield _sign(path, stage, link.line, "step", system, link.target)


def _scripted(target: str, stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
    """What a shell script is written for: to train, if the name says so, or to serve."""
    trains = meant_step(target.rpartition("/")[2]) == "training"
    found: list[Stage] = [s for s in stages if s == "deployment" or (s == "training" and trains)]
    return tuple(found)


def _started(evidence: Evidence, path: str) -> list[Link]:
    kinds = ("invokes", "triggers")
    return [link for link in evidence.graph.links(source=path) if link.kind in kinds]


def _sign(path: str, stage: Stage, line: int, kind: str, tool: str, name: str) -> Sign:
    return Sign(path, stage, line, line, kind, tool, name, "", "medium")
