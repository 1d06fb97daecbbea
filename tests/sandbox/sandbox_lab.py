"""A command line run in a sandbox, as the tests of this room do it."""

from __future__ import annotations

from pathlib import Path

from mlops_agent.sandbox.confine import Ran, Sandbox


def bash(sandbox: Sandbox, worktree: Path, command: str, timeout: float = 30) -> Ran:
    output = worktree.parent / "output"
    return sandbox.run(["bash", "-c", command], cwd=worktree, timeout=timeout, output=output)
