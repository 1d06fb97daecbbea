"""A run to call tools in: a real worktree, sandbox and journal."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from mlops_agent.contracts.journal import ToolResult
from mlops_agent.journal.writing import Journal
from mlops_agent.sandbox.confine import Sandbox
from mlops_agent.tools.base import ToolError
from mlops_agent.tools.context import ToolContext
from mlops_agent.workspace.worktree import Worktree

FILES = {
    "train.py": b"import mlflow\n\nmodel = fit()\nprint('done')\nprint('done')\n",
    "conf/params.yaml": b"alpha: 0.1\r\nseed: 1\r\n",
    "notes/caf\xc3\xa9.md".encode("latin-1").decode(): b"# notes\n",
    "model.pkl": b"\x80\x04\0\0",
    ".gitignore": b"*.log\n",
}


@dataclass
class Bench:
    """Calls tools as the engine does, and records what the scope was asked."""

    context: ToolContext
    asked: list[tuple[str, int, int]] = field(default_factory=list)
    calls: int = 0

    @property
    def root(self) -> Path:
        return self.context.worktree.path

    def call(self, tool: Any, **values: Any) -> ToolResult:  # noqa: ANN401
        self.calls += 1
        return tool.run(f"c{self.calls}", tool.Input(**values), self.context)

    def refused(self, tool: Any, **values: Any) -> str:  # noqa: ANN401
        with pytest.raises(ToolError) as caught:
            self.call(tool, **values)
        return str(caught.value)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    root = tmp_path / "repo"
    for name, data in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    for argv in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
        subprocess.run(
            ["git", "-c", "user.name=u", "-c", "user.email=u@e", *argv], cwd=root, check=True
        )
    run_folder = tmp_path / "run"
    with Journal.create(run_folder) as journal:
        asked: list[tuple[str, int, int]] = []
        context = ToolContext(
            worktree=Worktree.create(root, "", run_folder),
            sandbox=Sandbox.open(),
            run_folder=run_folder,
            append=journal.append,
            allow_edit=lambda path, added, removed: asked.append((path, added, removed)),
        )
        yield Bench(context, asked)
