"""Real runs for the tests of the report: real git, real commands, a journal written as a run does.

No part of the report room is used to make one, so that what it judges is not its own work.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from mlops_agent.contracts.change import Declaration, ProbeRun
from mlops_agent.contracts.finding import Boundary
from mlops_agent.contracts.journal import (
    AnyEvent,
    CallFinished,
    CallStarted,
    Declared,
    FileEdited,
    Probed,
    Reran,
    RunEnded,
    RunStarted,
    ToolCall,
    ToolResult,
    TurnDecided,
)
from mlops_agent.contracts.report import Base, Isolation, RunResult
from mlops_agent.contracts.request import Request
from mlops_agent.journal.chain import FIRST, encode, link
from mlops_agent.journal.reading import JOURNAL, read_journal
from mlops_agent.journal.writing import Journal
from mlops_agent.workspace.snapshot import Trees, write_trees
from mlops_agent.workspace.worktree import Worktree

Tree = Literal["base", "proposed"]
ISOLATION = Isolation(kind="bubblewrap", network=False, detail="")
_GIT = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@b",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@b",
    "GIT_AUTHOR_DATE": "1700000000 +0000",
    "GIT_COMMITTER_DATE": "1700000000 +0000",
}

WORKFLOW = ".github/workflows/train.yml"
FILES: dict[str, bytes] = {
    WORKFLOW: b"""name: train
on: push
jobs:
  release:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: Evaluate
        run: python evaluate.py || true
      - name: Promote
        run: python promote.py
""",
    "evaluate.py": b"""import sys

import joblib
import pandas as pd
from sklearn.metrics import accuracy_score

table = pd.read_csv("holdout.csv")
model = joblib.load("model.joblib")
accuracy = accuracy_score(table.pop("churned"), model.predict(table))
if accuracy < 0.8:
    sys.exit("accuracy is below 0.8")
""",
    "promote.py": b"""import mlflow

mlflow.register_model("runs:/1/model", "churn")
""",
    "test_limits.py": b"""import unittest


class Limits(unittest.TestCase):
    def test_low(self) -> None:
        self.assertLess(0.5, 0.8)

    def test_high(self) -> None:
        self.assertGreater(0.9, 0.8)
""",
    "README.md": b"# churn\n",
}
GATE_PROBE = '''"""Runs the step's own line with a failing stand-in for python."""
import pathlib, subprocess, sys, tempfile
lines = pathlib.Path(sys.argv[1]).read_text().splitlines()
line = next(one.split("run: ", 1)[1] for one in lines if sys.argv[2] in one)
with tempfile.TemporaryDirectory() as folder:
    stand_in = pathlib.Path(folder) / "python"
    stand_in.write_text("#!/bin/sh\\nexit 3\\n")
    stand_in.chmod(0o755)
    ended = subprocess.run(["bash", "-e", "-c", line], env={"PATH": folder + ":/usr/bin:/bin"})
print(f"the step ended with {ended.returncode} after a failing evaluation")
sys.exit(1 if ended.returncode == 0 else 0)
'''


def make_repository(root: Path, files: dict[str, bytes]) -> Path:
    """A repository with one commit that holds these files."""
    root.mkdir(parents=True)
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for argv in (["init", "-q"], ["add", "-A", "-f"], ["commit", "-q", "-m", "first"]):
        subprocess.run(["git", *argv], cwd=root, check=True, env=os.environ | _GIT)
    return root


def write_journal(run_folder: Path, events: list[AnyEvent]) -> None:
    """Write a journal anew, so that its chain is whole whatever the events say."""
    previous, lines = FIRST, list[bytes]()
    for number, event in enumerate(events, start=1):
        fields = {"seq": number, "previous": previous, "digest": ""}
        lines.append(encode(event.model_copy(update=fields)))
        previous = link(lines[-1])
    (run_folder / JOURNAL).write_bytes(b"".join(line + b"\n" for line in lines))


def seal(run_folder: Path, result: RunResult) -> None:
    """Put another report into a run's folder, and its hash into the journal's last line."""
    text = result.to_json()
    (run_folder / "report.json").write_text(text)
    *events, last = read_journal(run_folder)
    digest = hashlib.sha256(text.encode()).hexdigest()
    write_journal(run_folder, [*events, last.model_copy(update={"report_sha256": digest})])


@dataclass
class Stage:
    """A run in the making."""

    repository: Path
    run_folder: Path
    request: Request
    worktree: Worktree = field(init=False)
    journal: Journal = field(init=False)
    declarations: list[Declaration] = field(default_factory=list[Declaration])
    base: Base = field(init=False)
    _calls: int = 0

    def __post_init__(self) -> None:
        self.worktree = Worktree.create(self.repository, "", self.run_folder)
        self.journal = Journal.create(self.run_folder)
        self.base = Base(commit=self.worktree.base_commit)
        self.journal.append(
            RunStarted,
            run=self.run_folder.name,
            version="0.1.0",
            repository=str(self.repository),
            request=self.request,
            base=self.base,
            driver="offline",
            driver_why="",
            isolation=ISOLATION,
        )

    def declare(
        self, files: list[str], budget: int, boundary: Boundary = "pipeline", reason: str = ""
    ) -> None:
        call = self._begin("Declare", {"files": files})
        one = Declaration(
            boundary=boundary, risk="r", files=files, line_budget=budget, reason=reason
        )
        self.declarations.append(one)
        self.journal.append(Declared, call=call, declaration=one)
        self._finish(call, "Declare", "declared")

    def edit(self, path: str, data: bytes | None) -> str:
        call = self._begin("Edit", {"path": path})
        if data is None:
            self.worktree.delete(path)
        else:
            self.worktree.write(path, data)
        blob = hashlib.sha1(data or b"").hexdigest()
        self.journal.append(FileEdited, call=call, path=path, before=None, after=blob)
        self._finish(call, "Edit", "edited")
        return call

    def bash(self, command: str) -> str:
        call = self._begin("Bash", {"command": command})
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.worktree.path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "GIT_CONFIG_GLOBAL": "/dev/null"},
        )
        path = f"outputs/{call}.txt"
        (self.run_folder / "outputs").mkdir(exist_ok=True)
        (self.run_folder / path).write_bytes(done.stdout)
        self._finish(
            call,
            "Bash",
            done.stdout.decode(),
            output_path=path,
            output_sha256=hashlib.sha256(done.stdout).hexdigest(),
            command=command,
            exit_code=done.returncode,
        )
        return call

    def probe(self, tree: Tree, arguments: list[str], script: str = GATE_PROBE) -> str:
        call = self._begin("Probe", {"tree": tree})
        (self.run_folder / "probes").mkdir(exist_ok=True)
        path = self.run_folder / "probes" / "step_stops.py"
        path.write_text(script)
        write_trees(self.run_folder, self.worktree)
        trees = Trees.open(self.run_folder)
        folder = self.run_folder / f"fresh-{call}"
        trees.checkout(tree, folder)
        argv = [sys.executable, str(path), *arguments]
        done = subprocess.run(argv, cwd=folder, capture_output=True, check=False)
        output = f"outputs/{call}.txt"
        (self.run_folder / "outputs").mkdir(exist_ok=True)
        (self.run_folder / output).write_bytes(done.stdout)
        self.journal.append(
            Probed,
            call=call,
            result=ProbeRun(
                id=f"p-{call}",
                probe="gate",
                tree=tree,
                tree_hash=trees.hash(tree),
                argv=argv,
                colour={0: "green", 1: "red"}.get(done.returncode, "unknown"),
                exit_code=done.returncode,
                output=done.stdout.decode(),
                output_path=output,
                output_sha256=hashlib.sha256(done.stdout).hexdigest(),
                script_sha256=hashlib.sha256(script.encode()).hexdigest(),
            ),
        )
        self._finish(call, "Probe", done.stdout.decode())
        return f"p-{call}"

    def end(self, result: RunResult) -> None:
        """Hand in the report, write report.json and the journal's last line, then close."""
        call = self._begin("Report", {})
        proposed = Trees.open(self.run_folder).hash("proposed")
        self.journal.append(Reran, call=call, tree_hash=proposed, commands=0, probes=0)
        self._finish(call, "Report", "the report is verified")
        text = result.to_json()
        (self.run_folder / "report.json").write_text(text)
        self.journal.append(
            RunEnded,
            outcome=result.outcome,
            why=result.why,
            proposed_tree=proposed,
            report_sha256=hashlib.sha256(text.encode()).hexdigest(),
        )
        self.journal.close()
        self.worktree.remove()

    def _begin(self, tool: str, values: dict[str, object]) -> str:
        self._calls += 1
        call = f"c{self._calls}"
        self.journal.append(
            TurnDecided,
            turn=self._calls,
            text="",
            calls=[ToolCall(id=call, tool=tool, input=values)],
        )
        self.journal.append(CallStarted, call=call)
        return call

    def _finish(self, call: str, tool: str, text: str, **fields: object) -> None:
        result = ToolResult.model_validate(
            {"call": call, "tool": tool, "ok": True, "text": text}
            | fields
            | {"tree_hash": self.worktree.tree_hash()}
        )
        self.journal.append(CallFinished, result=result)
