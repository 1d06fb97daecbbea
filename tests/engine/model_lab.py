"""Runs with a language model at the wheel, against the scripted API: in process and as commands."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from engine_lab import ASK
from forked_commands import run_forked
from scripted_api import ScriptedApi, says, text, use

from mlops_agent.contracts.model import ModelCard
from mlops_agent.contracts.progress import AnyProgress
from mlops_agent.contracts.report import RunResult
from mlops_agent.contracts.request import Request
from mlops_agent.drivers.anthropic.driver import AnthropicDriver
from mlops_agent.drivers.anthropic.endpoint import Endpoint
from mlops_agent.drivers.anthropic.models import Model, resolve
from mlops_agent.engine.limits import Limits
from mlops_agent.engine.options import RunOptions
from mlops_agent.engine.running import resume_run, run_request
from mlops_agent.journal.runs import list_runs

ENOUGH = says(text("Nothing here is safe to change."), use("NoChange", why="enough"))
UNPRICED = Model("local-model", ModelCard())


def environment(api: ScriptedApi, state: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANTHROPIC_")}
    return {**kept, **api.environment, "XDG_STATE_HOME": str(state), "NO_COLOR": "1"}


def lead(monkeypatch: pytest.MonkeyPatch, api: ScriptedApi) -> None:
    """Have the SDK of this process ask the scripted API."""
    for name, value in api.environment.items():
        monkeypatch.setenv(name, value)


def command(
    api: ScriptedApi, state: Path, *arguments: str, **extra: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, led to the scripted API."""
    return run_forked(*arguments, environment={**environment(api, state), **extra})


def run_model(
    repo: Path,
    limits: Limits | None = None,
    model: Model | None = None,
    endpoint: Endpoint | None = None,
    told: list[AnyProgress] | None = None,
) -> RunResult:
    """A run in this process; the environment leads to the scripted API."""
    driver = AnthropicDriver(model or resolve("opus", {}, {}), endpoint)
    options = RunOptions(limits=limits or Limits())
    watcher = (lambda _: None) if told is None else told.append
    return run_request(Request(text=ASK), repo, options, watcher, driver)


def resume_last(limits: Limits | None = None) -> RunResult:
    """Take up the newest run."""
    return resume_run(list_runs()[0].id, {}, RunOptions(limits=limits or Limits()))


def last_run() -> Path:
    return list_runs()[0].folder


def files_of(run: Path) -> Mapping[str, bytes]:
    """The texts of a run's folder that people and programs read."""
    names = [path for path in run.rglob("*") if path.is_file() and "trees.git" not in path.parts]
    return {str(path.relative_to(run)): path.read_bytes() for path in names}
