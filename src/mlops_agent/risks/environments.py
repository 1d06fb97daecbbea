"""The Python environments that a repository declares, and what runs in each.

Owns which requirement files count (not those for tests, docs and tools), which lock covers one, and
whether an environment trains or serves. A role that cannot be told is "".
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mlops_agent.contracts.lifecycle import Stage
from mlops_agent.lifecycle.facts import Command, Requirement

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

Role = Literal["train", "serve", ""]
# Libraries that decide what a model is or how it answers; their version is part of the model.
MODEL_LIBRARIES = frozenset(
    {"scikit-learn", "xgboost", "lightgbm", "catboost", "torch", "torchvision", "tensorflow"}
    | {"keras", "transformers", "fastai", "statsmodels", "prophet", "jax", "flax", "spacy"}
    | {"sentence-transformers", "onnxruntime", "lightning", "pytorch-lightning", "optbinning"}
)
ML_LIBRARIES = MODEL_LIBRARIES | {"numpy", "pandas", "scipy", "mlflow", "mlflow-skinny", "polars"}
LOCKS = frozenset(
    {"uv.lock", "poetry.lock", "pdm.lock", "pixi.lock", "conda-lock.yml", "pipfile.lock"}
)
_OTHER_WORK = re.compile(
    r"(^|[/_.-])(dev|develop|development|tests?|testing|docs?|lint|linting|ci|build|tools?|examples?"
    r"|airflow|codespaces?|devcontainer|notebooks?|mkdocs|sphinx|pre-commit|quality|benchmarks?)([/_.-]|$)"
)
_SERVES = frozenset({"inference", "serving", "serve", "api", "service", "deployment", "endpoint"})
_TRAINS = frozenset({"train", "training", "trainer"})
_WORKING: frozenset[Stage] = frozenset({"training", "evaluation", "deployment", "features"})


@dataclass(frozen=True, slots=True)
class Environment:
    """The requirements that one file declares for one purpose, in the file's order."""

    path: str
    source: str
    requirements: tuple[Requirement, ...]
    stages: frozenset[Stage]

    @property
    def role(self) -> Role:
        """What it is for, by the words of its path, else by the code that lies with it."""
        words = set(re.split(r"[/_.-]", self.path.lower()))
        named = (bool(words & _TRAINS), bool(words & _SERVES))
        if named == (False, False):
            named = ("training" in self.stages, "deployment" in self.stages)
        if named == (True, False):
            return "train"
        return "serve" if named == (False, True) else ""


def environments(lifecycle: Lifecycle) -> list[Environment]:
    """The declared environments that training, evaluation or serving may run in, by path."""
    groups: defaultdict[tuple[str, str], list[Requirement]] = defaultdict(list)
    for requirement in lifecycle.facts.of(Requirement):
        if requirement.source not in ("lock", "setup") and not _OTHER_WORK.search(
            requirement.path.lower()
        ):
            groups[requirement.path, requirement.source].append(requirement)
    stages = _stages_by_place(lifecycle, {path for path, _ in groups})
    return [
        Environment(path, source, tuple(found), frozenset(stages.get(path, set())))
        for (path, source), found in sorted(groups.items())
    ]


def locked(lifecycle: Lifecycle, environment: Environment) -> bool:
    """Whether a lock or constraints file stands beside the environment or above it."""
    above = {""}
    folder = posixpath.dirname(environment.path)
    while folder:
        above.add(folder)
        folder = posixpath.dirname(folder)
    for path in lifecycle.tracked:
        name = posixpath.basename(path).lower()
        if (name in LOCKS or name.startswith("constraints")) and posixpath.dirname(path) in above:
            return True
    compiled = environment.path.removesuffix(".in") + ".txt"
    return environment.path.endswith(".in") and compiled in lifecycle.tracked


def installs_project(lifecycle: Lifecycle) -> bool:
    """Whether some command installs the repository itself as a package."""
    return any(
        "install" in command.argv
        and any(word == "." or word.startswith((".[", "./")) for word in command.argv)
        for command in lifecycle.facts.of(Command)
    )


def publishes(lifecycle: Lifecycle) -> bool:
    """Whether the repository's package is published, so that version ranges are right for it."""
    heads = {command.argv[:2] for command in lifecycle.facts.of(Command)}
    return bool(heads & {("uv", "publish"), ("poetry", "publish"), ("twine", "upload")})


def _stages_by_place(lifecycle: Lifecycle, paths: set[str]) -> dict[str, set[Stage]]:
    """The working stages of the files for which an environment's folder is the nearest one."""
    folders: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        folders[posixpath.dirname(path)].append(path)
    found: defaultdict[str, set[Stage]] = defaultdict(set)
    for asset in lifecycle.map.assets:
        if asset.stage not in _WORKING or asset.confidence == "low":
            continue
        folder = posixpath.dirname(asset.path)
        while folder and folder not in folders:
            folder = posixpath.dirname(folder)
        for path in folders.get(folder, ()):
            found[path].add(asset.stage)
        if asset.path in paths:
            found[asset.path].add(asset.stage)
    return found
