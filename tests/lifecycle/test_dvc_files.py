"""dvc.yaml, dvc.lock and .dvc files."""

from __future__ import annotations

from typing import TypeVar

from mlops_agent.lifecycle.facts import Command, ConfigObject, DvcOutput, DvcStage, Fact
from mlops_agent.lifecycle.readers import yaml

F = TypeVar("F", bound=Fact)
PIPELINE = """\
stages:
  train:
    wdir: ml
    cmd:
      - python train.py
      - >-
        cd pack &&
        tar czf m.tgz code
    deps:
    - train.py
    - ../data/a.csv
    params:
    - train.lr
    - other.yaml:
      - x
    outs:
    - model.pkl:
        cache: false
    metrics:
    - m.json
    frozen: true
  each:
    foreach: [a, b]
    do:
      cmd: python p.py ${item}
      outs:
      - out/${item}
artifacts:
  churn:
    path: ml/model.pkl
    type: model
"""


def facts_of(kind: type[F], path: str, text: str) -> list[F]:
    """The facts of one kind."""
    return [f for f in yaml.read(path, text) if isinstance(f, kind)]


def test_a_stage_has_paths_from_the_root() -> None:
    train, each = facts_of(DvcStage, "proj/dvc.yaml", PIPELINE)
    assert train.deps == ("proj/ml/train.py", "proj/data/a.csv")
    assert (train.outs, train.metrics) == (("proj/ml/model.pkl",), ("proj/ml/m.json",))
    assert train.params == ("train.lr", "other.yaml:x")
    assert (train.wdir, train.frozen, train.templated) == ("proj/ml", True, False)
    assert (train.line, train.deps_line, train.deps_indent) == (2, 9, 4)
    assert (each.name, each.templated, each.deps_line) == ("each", True, 0)
    assert each.cmd == ("python p.py ${item}",)


def test_commands_of_stages() -> None:
    commands = facts_of(Command, "dvc.yaml", PIPELINE)
    assert [(c.argv[0], c.line, c.working_directory, c.owner) for c in commands] == [
        ("python", 5, "ml", "train"),
        ("cd", 7, "ml", "train"),
        ("tar", 8, "ml/pack", "train"),
        ("python", 25, "", "each"),
    ]


def test_artifacts_are_objects() -> None:
    (artifact,) = facts_of(ConfigObject, "dvc.yaml", PIPELINE)
    assert (artifact.kind, artifact.name, artifact.get("path"), artifact.line) == (
        "artifact",
        "churn",
        "ml/model.pkl",
        29,
    )


def test_lock_and_tracked_files() -> None:
    lock = (
        "schema: '2.0'\nstages:\n  train:\n    cmd: x\n    outs:\n    - path: m.pkl\n      md5: 1\n"
    )
    (out,) = facts_of(DvcOutput, "p/dvc.lock", lock)
    assert (out.target, out.locked_by, out.line) == ("p/m.pkl", "train", 6)
    (locked,) = facts_of(ConfigObject, "p/dvc.lock", lock)
    assert (locked.kind, locked.get("cmd")) == ("LockedStage", "x")
    (out,) = facts_of(DvcOutput, "data/raw.csv.dvc", "outs:\n- md5: 1\n  path: raw.csv\n")
    assert (out.target, out.locked_by) == ("data/raw.csv", "")
