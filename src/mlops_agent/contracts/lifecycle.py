"""The lifecycle map: which file does which stage's work, and how the stages are joined."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mlops_agent.contracts.base import Document, Record

Stage = Literal[
    "data",
    "features",
    "training",
    "evaluation",
    "registry",
    "promotion",
    "deployment",
    "monitoring",
    "retraining",
]
STAGES: tuple[Stage, ...] = (
    "data",
    "features",
    "training",
    "evaluation",
    "registry",
    "promotion",
    "deployment",
    "monitoring",
    "retraining",
)
EdgeKind = Literal[
    "invokes", "produces", "consumes", "registers", "promotes", "serves", "monitors", "triggers"
]
Join = Literal["exact", "folded", "path", "heuristic"]
Confidence = Literal["high", "medium", "low"]


class Repo(Record):
    """What was read: the commit, whether the tree differs from it, files listed and files read."""

    commit: str | None
    dirty: bool
    files: int
    read: int


class StagePresence(Record):
    """Whether a stage's work is done in this repository, and by which assets (ids)."""

    present: bool
    assets: list[str]


class Asset(Record):
    """A place where a stage's work is done: one file and stage, at its most telling line.

    `line` and `end_line` are 1-based; `path` is relative and POSIX. `kind` is the sort of place
    ("call", "ci-job", "dvc-stage", "kube-object", ...), `tool` the framework ("mlflow", "python").
    """

    id: str
    stage: Stage
    kind: str
    tool: str
    name: str
    path: str
    line: int = Field(ge=1)
    end_line: int = Field(ge=1)
    confidence: Confidence


class Edge(Record):
    """How one asset leads to another, where that is written, and how the two were joined."""

    source: str
    target: str
    kind: EdgeKind
    path: str
    line: int = Field(ge=1)
    join: Join


class Skipped(Record):
    """A file that was not read, with the reason."""

    path: str
    reason: str


class LifecycleMap(Document):
    """The answer of `mlops-agent map`."""

    schema_: Literal["mlops-agent/map/1"] = Field(default="mlops-agent/map/1", alias="schema")
    repo: Repo
    stages: dict[Stage, StagePresence]
    assets: list[Asset]
    edges: list[Edge]
    skipped: list[Skipped]
