"""The two tools that the other contestants get: the same work as ours, with nothing around it.

No sandbox, no path check, no scope, no stored output.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

TASK = "Make a failing evaluation stop the promotion of the churn model."


def numbered(path: str, offset: int, limit: int) -> str:
    """Part of a file with line numbers."""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    wanted = enumerate(lines[offset - 1 : offset - 1 + limit], start=offset)
    return "\n".join(f"{number:6}\t{line}" for number, line in wanted)


def shell(command: str) -> str:
    """What a command prints."""
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr
