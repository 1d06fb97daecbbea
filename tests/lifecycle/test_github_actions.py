"""GitHub Actions workflows and composite actions."""

from __future__ import annotations

from typing import TypeVar

from mlops_agent.lifecycle.facts import Command, Fact, ImageRef, Job, Step, Workflow
from mlops_agent.lifecycle.readers import yaml

F = TypeVar("F", bound=Fact)
WORKFLOW = """\
name: Train
on:
  schedule:
    - cron: '0 2 * * *'
  workflow_run:
    workflows: [CI]
    types: [completed]
concurrency: train
defaults:
  run:
    working-directory: ml
jobs:
  train:
    runs-on: ubuntu-latest
    timeout-minutes: 30
    container: python:3.11
    steps:
      - uses: actions/checkout@v4
      - name: Train
        run: python train.py
      - id: eval
        name: Evaluate
        continue-on-error: true
        env:
          A: b
        run: |

          python evaluate.py | tee eval.log
          python gate.py || true
      - name: Folded
        shell: bash
        run: >-
          python report.py
          --out x
          | cat
  deploy:
    needs: [train]
    if: success()
    environment:
      name: production
    runs-on: ubuntu-latest
    steps:
      - shell: python
        run: import os
"""


def facts_of(kind: type[F], text: str = WORKFLOW, path: str = ".github/workflows/t.yml") -> list[F]:
    """The facts of one kind."""
    return [f for f in yaml.read(path, text) if isinstance(f, kind)]


def test_the_workflow() -> None:
    (flow,) = facts_of(Workflow)
    assert (flow.system, flow.name, flow.concurrency) == ("github", "Train", True)
    assert flow.triggers == ("schedule", "workflow_run")
    assert (flow.schedules, flow.upstream) == (("0 2 * * *",), ("CI",))


def test_jobs() -> None:
    train, deploy = facts_of(Job)
    assert (train.name, train.image, train.timeout, train.line) == (
        "train",
        "python:3.11",
        True,
        13,
    )
    assert (deploy.needs, deploy.condition, deploy.environment) == (
        ("train",),
        "success()",
        "production",
    )
    assert facts_of(ImageRef)[0].image == "python:3.11"


def test_steps() -> None:
    steps = facts_of(Step)
    assert [s.key for s in steps] == ["#0", "Train", "eval", "Folded", "#0"]
    gate = steps[2]
    assert (gate.tolerated, gate.tolerated_line, gate.run_line) == (True, 23, 27)
    assert gate.run.split("\n")[1] == "python evaluate.py | tee eval.log"
    assert (gate.env, gate.working_directory) == ((("A", "b"),), "ml")
    assert not steps[1].tolerated


def test_commands_have_the_lines_of_the_file() -> None:
    lines = WORKFLOW.split("\n")
    commands = facts_of(Command)
    for command in commands:
        assert command.argv[-1] in lines[command.end_line - 1]
    by_name = {c.argv[1] if len(c.argv) > 1 else c.argv[0]: c for c in commands}
    assert by_name["evaluate.py"].after == "pipe"
    assert (by_name["gate.py"].after, by_name["gate.py"].rescue) == ("or", "true")
    assert by_name["report.py"].after == ""  # `shell: bash` has pipefail
    assert by_name["train.py"].working_directory == "ml"
    assert by_name["train.py"].owner == "train/Train"
    assert "import" not in {c.argv[0] for c in commands}


def test_a_workflow_outside_its_folder_and_a_key_that_yaml_made_true() -> None:
    text = "true:\n  push:\njobs:\n  a:\n    steps:\n    - run: make\n"
    (flow,) = facts_of(Workflow, text, "templates/ci.yml")
    assert flow.triggers == ("push",)


def test_a_composite_action() -> None:
    text = "name: A\nruns:\n  using: composite\n  steps:\n  - run: dvc pull\n    shell: bash\n"
    (flow,) = facts_of(Workflow, text, "actions/a/action.yml")
    assert flow.triggers == ("action",)
    (command,) = facts_of(Command, text, "actions/a/action.yml")
    assert (command.argv, command.line) == (("dvc", "pull"), 5)


def test_job_tolerance_reaches_its_steps() -> None:
    text = "on: push\njobs:\n  a:\n    continue-on-error: true\n    steps:\n    - run: make\n"
    (step,) = facts_of(Step, text)
    assert (step.tolerated, step.tolerated_line) == (True, 4)
