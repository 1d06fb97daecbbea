"""Facts of what runs by itself: CI workflows, pipeline stages, DAG tasks, and their commands."""

from __future__ import annotations

from dataclasses import dataclass

from mlops_agent.lifecycle.facts.base import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow(Fact):
    """A CI or pipeline definition. `system`: github, gitlab, azure-pipelines, cloudbuild, jenkins,
    argo, kubeflow, airflow, databricks, dvc, compose...

    `triggers` are event names (push, pull_request, schedule, workflow_run, workflow_dispatch, ...);
    `schedules` the cron texts; `upstream` the workflows named by workflow_run.
    """

    system: str
    name: str
    triggers: tuple[str, ...]
    schedules: tuple[str, ...]
    upstream: tuple[str, ...]
    concurrency: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Fact):
    """A job of a workflow (or a task of a DAG). `condition` is its `if:` or rule text, or empty."""

    system: str
    workflow: str
    name: str
    needs: tuple[str, ...]
    condition: str
    environment: str
    uses: str
    image: str
    timeout: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Fact):
    """One step of a job. `run` is its script text as stored in YAML, `run_line` the 1-based file
    line on which the script's first line stands; `shell` is as declared, or empty.

    `key` is the step's `id:` or its name or its place ("#3"); `tolerated` tells that the system
    was told to go on when the step fails (continue-on-error, allow_failure, continueOnError).
    """

    system: str
    workflow: str
    job: str
    key: str
    run: str
    run_line: int
    shell: str
    uses: str
    condition: str
    working_directory: str
    tolerated: bool
    tolerated_line: int
    env: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(Fact):
    """One simple shell command, wherever it stands: a CI step, DVC stage, Makefile, Dockerfile,
    shell script, Jenkinsfile, container args.

    `origin` is the system ("github", "dvc", "make", "docker", "shell", "jenkins", "kubernetes",
    "mlproject", ...), `owner` the step, stage, target or object it belongs to. `argv` is split as a
    shell would; words with expansions are kept as written. `after` is how its failure is treated:
    "" (fails the script), "or" (`|| something`), "pipe" (not the last in a pipeline), "ignored"
    (`set +e`, Make's `-`), and `rescue` is what stands after `||`.
    """

    origin: str
    owner: str
    argv: tuple[str, ...]
    text: str
    working_directory: str
    after: str
    rescue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DvcStage(Fact):
    """A stage of dvc.yaml, foreach and matrix stages once under their template name.

    Paths are relative to the repository root (wdir applied); `cmd` holds the commands in order.
    `deps_line` is the 1-based line of the `deps:` key, 0 if there is none; `deps_indent` the
    column at which its items' dashes stand (0-based).
    """

    name: str
    cmd: tuple[str, ...]
    wdir: str
    deps: tuple[str, ...]
    outs: tuple[str, ...]
    params: tuple[str, ...]
    metrics: tuple[str, ...]
    frozen: bool
    templated: bool
    deps_line: int
    deps_indent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DvcOutput(Fact):
    """A `.dvc` file or a locked output: the tracked path, relative to the root."""

    target: str
    locked_by: str
