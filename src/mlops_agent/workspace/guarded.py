"""Files that steer agents, editors or git on the machine of whoever opens the repository later.

They are read as the data that they are: nothing in them changes what a run may do. A run doesn't
write them either, since what they say would be obeyed elsewhere, with other rights than its own.
Hooks and CI files that only run where their owners run them are code like any other.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from mlops_agent.beneath import open_beneath
from mlops_agent.workspace.globs import matches

GUARDED = (
    ".claude", "CLAUDE.md", "CLAUDE.local.md", ".mcp.json", "AGENTS.md", "AGENTS.override.md",
    "GEMINI.md", ".gemini", ".codex", ".cursor", ".cursorrules", ".cursorignore", ".windsurf",
    ".windsurfrules", ".clinerules", ".aider.conf.yml", ".github/copilot-instructions.md",
    ".github/instructions", ".github/prompts", ".github/agents", ".github/chatmodes",
    ".vscode", ".idea", "*.code-workspace", ".devcontainer", ".envrc", ".gitmodules",
)  # fmt: skip
"""Git-style globs; a name fits at any depth and in any case, a folder with all below it."""

_FOLDED = tuple((f"**/{glob}" if "/" in glob else glob).casefold() for glob in GUARDED)


def is_guarded(path: str) -> bool:
    """Whether a run must not write this path."""
    # As file systems that ignore case see it.
    folded = path.casefold()
    return any(matches(folded, glob) for glob in _FOLDED)


def why_guarded(path: str) -> str:
    """Why such a path is not written, in one line."""
    return f"{path} steers agents, editors or git where the repository is opened: a run leaves it"


def guarded_tops(paths: Iterable[str]) -> tuple[str, ...]:
    """The guarded files and folders that hold these paths, each as high up as it is guarded."""
    found: set[str] = set()
    for path in paths:
        parts = path.split("/")
        tops = ("/".join(parts[:size]) for size in range(1, len(parts) + 1))
        found.update([top for top in tops if is_guarded(top)][:1])
    return tuple(sorted(found))


def real_places(root: Path, paths: Iterable[str]) -> tuple[Path, ...]:
    """Those paths that are a plain file or folder below the root now, reached through no link."""
    return tuple(root / path for path in paths if _is_real(root, path))


def _is_real(root: Path, path: str) -> bool:
    try:
        opened = open_beneath(root, path, os.O_RDONLY | os.O_NONBLOCK, links=False)
    except OSError:
        return False
    try:
        mode = os.fstat(opened).st_mode
    finally:
        os.close(opened)
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode)
