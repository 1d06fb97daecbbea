"""Work that only its name tells: steps of a pipeline, and home-made helpers.

Owns two readings of names, both only in repositories that have a model: a step of a pipeline
("evaluate") says what the script it starts does, where nothing in the script is known; and a
function called `register_model` or `log_prediction` is the registry or the log of those who have
no framework for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlops_agent.contracts.lifecycle import Stage
from mlops_agent.lifecycle.facts import Definition, DvcStage, Import
from mlops_agent.lifecycle.stages.evidence import Evidence
from mlops_agent.lifecycle.stages.naming import words_of
from mlops_agent.lifecycle.stages.sign import Sign
from mlops_agent.vocabulary.lookup import ORCHESTRATORS, vocabulary

_STEPS: tuple[tuple[str, Stage], ...] = (
    ("retrain", "training"),
    ("train", "training"),
    ("tune", "training"),
    ("tuning", "training"),
    ("finetune", "training"),
    ("hpo", "training"),
    ("evaluat", "evaluation"),
    ("eval", "evaluation"),
    ("compare", "evaluation"),
    ("promot", "promotion"),
    ("regist", "registry"),
    ("predict", "deployment"),
    ("infer", "deployment"),
    ("deploy", "deployment"),
    ("drift", "monitoring"),
    ("monitor", "monitoring"),
    ("feature", "features"),
    ("preprocess", "features"),
    ("prepare", "data"),
    ("prep", "data"),
    ("ingest", "data"),
    ("split", "data"),
    ("extract", "data"),
    ("download", "data"),
)
"""What a pipeline's step is for, by how a word of its name begins; the first that fits."""
_HELPERS: tuple[tuple[str, Stage], ...] = (
    (r"(?:register|publish)_(?:new_)?model(?:_version)?|save_model_version", "registry"),
    (
        r"promote(?:_\w+)?|set_(?:production|champion)\w*|mark_(?:model_)?(?:as_)?deployed",
        "promotion",
    ),
    (r"set_model_deployed|(?:de)?activate_model(?:_version)?|deploy_model_version", "promotion"),
    (r"(?:log|record|save|store)_(?:prediction|inference)s?(?:_\w+)?", "monitoring"),
    (r"(?:detect|check|compute|calculate|run|monitor|log)_(?:\w+_)?drift(?:_\w+)?", "monitoring"),
    (r"model_fn|predict_fn", "deployment"),  # the handlers that SageMaker's containers call
    (r"(?:compute|calculate|calc)_psi|population_stability_index", "monitoring"),
    (r"(?:trigger|queue|schedule|request|start)_retrain\w*", "retraining"),
)
_PATTERNS: tuple[tuple[re.Pattern[str], Stage], ...] = tuple(
    (re.compile(pattern + r"\Z"), stage) for pattern, stage in _HELPERS
)
_FLAG = re.compile(r"(?:deploy|promot|approv|release)\w*(?:flag|ok|decision|status)?(?:\.\w+)?\Z")
_PIPELINES = frozenset(
    {"dvc", "azureml", "databricks", "argo", "kubeflow", "mlproject", "settings"}
)
_STEP_DECORATORS = frozenset({"component", "container_component", "task", "step", "op", "asset"})
_RUNNABLE = (".py", ".ipynb", ".py.tmpl", ".R")


def step_signs(evidence: Evidence, systems: dict[str, str]) -> Iterator[Sign]:
    """Signs for scripts that a pipeline starts, and for DVC stages, by their names."""
    for stage in evidence.facts.of(DvcStage):
        meant = meant_step(stage.name)
        if meant is not None and stage.path in systems:
            yield Sign(
                stage.path,
                meant,
                stage.line,
                stage.end_line,
                "dvc-stage",
                "dvc",
                stage.name,
                "",
                "medium",
            )
    for path, system in sorted(systems.items()):
        if system not in _PIPELINES:
            continue
        for link in evidence.graph.links("invokes", source=path):
            name = link.target.rpartition("/")[2]
            meant = meant_step(name.partition(".")[0])
            if meant is None or not name.endswith(_RUNNABLE) or evidence.at(link.target, meant):
                continue
            yield Sign(link.target, meant, 1, 1, "script", "python", name, "", "low")


def decorated_signs(evidence: Evidence) -> Iterator[Sign]:
    """Signs for functions that an orchestrator's decorator makes a step, by their names."""
    known = vocabulary()
    for definition in evidence.facts.of(Definition):
        marks = [d for d in definition.decorators if d.rpartition(".")[2] in _STEP_DECORATORS]
        if not any(known.framework_of(mark) in ORCHESTRATORS for mark in marks):
            continue
        meant = meant_step(definition.name)
        if meant is not None and not evidence.at(definition.path, meant):
            scope = f"{definition.scope}.{definition.name}".lstrip(".")
            yield Sign(
                definition.path,
                meant,
                definition.line,
                definition.end_line,
                "call",
                "python",
                definition.name,
                "",
                "medium",
                scope=scope,
            )


def flag_signs(evidence: Evidence) -> Iterator[Sign]:
    """Signs of promotion where evaluating code writes the flag that lets a version through."""
    for touch in evidence.joined.touches:
        name = touch.artifact.rpartition("/")[2]
        if touch.writes and _FLAG.match(name) and evidence.at(touch.path, "evaluation"):
            yield Sign(
                touch.path,
                "promotion",
                touch.line,
                touch.line,
                "flag",
                "file",
                name,
                "promotes",
                "medium",
            )


def module_signs(evidence: Evidence) -> Iterator[Sign]:
    """Signs for modules in which nothing is known but what they are called.

    Of known frameworks, and of a model that is trained without one.
    """
    known = vocabulary()
    users = {i.path for i in evidence.facts.of(Import) if known.framework_of(i.module)}
    for path in sorted(users | evidence.home_made):
        meant = meant_step(path.rpartition("/")[2].partition(".")[0])
        if meant is not None and not evidence.stages(path):
            yield Sign(path, meant, 1, 1, "module", "python", path.rpartition("/")[2], "", "low")


def query_signs(evidence: Evidence) -> Iterator[Sign]:
    """Signs for SQL files that a file of the lifecycle runs: features if named so, else data."""
    seen: set[str] = set()
    for link in evidence.graph.links("invokes"):
        if not link.target.endswith(".sql") or link.target in seen:
            continue
        if evidence.stages(link.source) or link.source in evidence.ml_files:
            seen.add(link.target)
            name = link.target.rpartition("/")[2]
            stage: Stage = "features" if meant_step(name) == "features" else "data"
            yield Sign(link.target, stage, 1, 1, "query", "sql", name, "transforms", "medium")


def helper_signs(evidence: Evidence) -> Iterator[Sign]:
    """Signs for functions of the repository whose names say the work that they do."""
    for definition in evidence.facts.of(Definition):
        if definition.is_class:
            continue
        for pattern, stage in _PATTERNS:
            if pattern.match(definition.name.lstrip("_")):
                scope = f"{definition.scope}.{definition.name}".lstrip(".")
                yield Sign(
                    definition.path,
                    stage,
                    definition.line,
                    definition.end_line,
                    "call",
                    "python",
                    definition.name,
                    "",
                    "medium",
                    scope=scope,
                )
                break


def meant_step(name: str) -> Stage | None:
    """The stage that a step's name speaks of, or None."""
    words = words_of(name)
    return next(
        (stage for word in words for token, stage in _STEPS if word.startswith(token)), None
    )
