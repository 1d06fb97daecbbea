"""A small lab: a real repository with a planted fault, a scripted driver, and ways to run both."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from forked_commands import run_forked

from mlops_agent.contracts.journal import AnyEvent, ToolCall, ToolResult
from mlops_agent.contracts.report import RunResult
from mlops_agent.contracts.request import Request
from mlops_agent.drivers.base import Briefing, Exchange, Routes, Turn
from mlops_agent.engine.limits import Limits
from mlops_agent.engine.options import RunOptions
from mlops_agent.engine.running import run_request
from mlops_agent.journal.reading import read_journal

WORKFLOW = ".github/workflows/train.yml"
ASK = "Make a failing evaluation stop the promotion."

FILES = {
    WORKFLOW: """\
name: train
on:
  schedule:
    - cron: "0 3 * * *"
jobs:
  train:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - name: Train
        run: python src/train.py
      - name: Evaluate
        run: python src/evaluate.py || true
      - name: Promote
        run: python src/promote.py
""",
    "src/train.py": """\
import mlflow
from sklearn.linear_model import LogisticRegression

model = LogisticRegression(random_state=7)
model.fit([[0], [1]], [0, 1])
mlflow.sklearn.log_model(model, name="model", registered_model_name="churn")
""",
    "src/evaluate.py": """\
import sys

import mlflow
from sklearn.metrics import roc_auc_score

model = mlflow.sklearn.load_model("models:/churn@challenger")
score = roc_auc_score([0, 1], model.predict([[0], [1]]))
sys.exit(0 if score > 0.8 else 1)
""",
    "src/promote.py": """\
from mlflow import MlflowClient

client = MlflowClient()
version = client.get_model_version_by_alias("churn", "challenger")
client.set_registered_model_alias("churn", "champion", version.version)
""",
    "README.md": "A model.\n",
}


def git(repo: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=repo, check=True, capture_output=True, text=True
    )
    return done.stdout


def make_repository(folder: Path, files: dict[str, str] | None = None) -> Path:
    folder.mkdir(parents=True)
    for name, text in (FILES if files is None else files).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "first")
    return folder


def call(number: int | str, tool: str, **values: Any) -> ToolCall:  # noqa: ANN401
    return ToolCall(id=f"s{number}", tool=tool, input=values)


def turn(*calls: ToolCall) -> Turn:
    return Turn("", calls)


class Scripted:
    """Plays turns in order; a turn may be a function of the history. The last one repeats."""

    name = "scripted"
    routes: Routes = "all"

    def __init__(self, *turns: Turn | Callable[[Sequence[Exchange]], Turn]) -> None:
        self._turns = turns
        self.seen: list[Sequence[Exchange]] = []

    def begin(self, briefing: Briefing) -> None:
        self.briefing = briefing

    def decide(self, history: Sequence[Exchange]) -> Turn:
        self.seen.append(list(history))
        wanted = self._turns[min(len(history), len(self._turns) - 1)]
        return wanted if isinstance(wanted, Turn) else wanted(history)

    def finish(self, history: Sequence[Exchange]) -> str:
        self.seen.append(list(history))
        return ""

    def results(self) -> list[ToolResult]:
        return [result for exchange in self.seen[-1] for result in exchange.results]


LEAVE = turn(call("end", "NoChange", why="enough"))


def run_scripted(
    repo: Path, driver: Scripted, request: Request | None = None, limits: Limits | None = None
) -> RunResult:
    options = RunOptions(limits=limits or Limits())
    return run_request(request or Request(text=ASK), repo, options, driver=driver)


def run_offline(repo: Path, text: str = ASK, **fields: Any) -> RunResult:  # noqa: ANN401
    return run_request(Request(text=text, **fields), repo, RunOptions(driver="offline"))


def journal_of(result: RunResult) -> list[AnyEvent]:
    return read_journal(Path(result.journal))


def patch_of(result: RunResult) -> str:
    return (Path(result.journal).parent / "change.patch").read_text()


def command(*arguments: str, state: Path) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return run_forked(
        *arguments, environment={**os.environ, "XDG_STATE_HOME": str(state), "NO_COLOR": "1"}
    )
