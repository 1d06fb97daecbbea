"""Copy the skill and the agent to where a client finds them; what differs there is never lost.

The plan is made first and shown; nothing is written while one file differs, unless the caller says
to replace it.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mlops_agent.errors import BadInputError
from mlops_agent.texts import texts_root

SKILL = "mlops-engineer"
SKILL_PARTS = ("SKILL.md", "agents", "references")

State = Literal["new", "same", "differs"]


@dataclass(frozen=True, slots=True)
class Copy:
    """One file to bring from the package to a client's folder, and what is there now."""

    source: Path
    target: Path
    state: State


def plan_client(folder: Path) -> list[Copy]:
    """What it takes to put skill and agent into a Claude Code folder (`~/.claude` or `.claude`)."""
    agent = texts_root() / "agents" / f"{SKILL}.md"
    return [*plan_skill(folder / "skills"), _copy(agent, folder / "agents" / agent.name)]


def plan_skill(folder: Path) -> list[Copy]:
    """What it takes to put the skill alone into a folder of Agent Skills."""
    root = texts_root()
    return [
        _copy(file, folder / SKILL / file.relative_to(root))
        for part in SKILL_PARTS
        for file in _files(root / part)
    ]


def carry_out(copies: list[Copy], *, replace: bool) -> list[Copy]:
    """Write what is new (with `replace` also what differs) and return what was written.

    Raises BadInputError, before anything is written, when a file differs and `replace` is false,
    and when the folder cannot be written.
    """
    differing = [copy.target for copy in copies if copy.state == "differs"]
    if differing and not replace:
        names = ", ".join(str(path) for path in differing)
        raise BadInputError(
            f"{len(differing)} file(s) there differ from ours, nothing was written: {names}",
            "compare them, then run again with --replace to overwrite them",
        )
    written = [copy for copy in copies if copy.state != "same"]
    for copy in written:
        _write(copy)
    return written


def _files(part: Path) -> list[Path]:
    if part.is_file():
        return [part]
    return sorted(path for path in part.rglob("*.md") if path.is_file())


def _copy(source: Path, target: Path) -> Copy:
    if target.is_symlink() or (target.exists() and not target.is_file()):
        raise BadInputError(f"{target} is not a plain file", "move it away and run again")
    if not target.exists():
        return Copy(source, target, "new")
    return Copy(source, target, "same" if _same(source, target) else "differs")


def _same(source: Path, target: Path) -> bool:
    try:
        return source.read_bytes() == target.read_bytes()
    except OSError as error:
        raise BadInputError(f"cannot read {target}: {error.strerror}") from error


def _write(copy: Copy) -> None:
    try:
        copy.target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=copy.target.parent, delete=False) as scratch:
            scratch.write(copy.source.read_bytes())
        Path(scratch.name).chmod(0o644)
        os.replace(scratch.name, copy.target)  # noqa: PTH105  atomic, and says so
    except OSError as error:
        raise BadInputError(f"cannot write {copy.target}: {error.strerror}") from error
