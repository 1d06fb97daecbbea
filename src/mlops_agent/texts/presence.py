"""Whether a skill is there for a client to find."""

from __future__ import annotations

from pathlib import Path


def is_installed(name: str, homes: list[Path]) -> bool:
    """Whether a skill or an agent of this name lies in the `.claude` of one of some folders."""
    folders = [home / ".claude" for home in homes]
    return any(
        (folder / "skills" / name / "SKILL.md").is_file()
        or (folder / "agents" / f"{name}.md").is_file()
        for folder in folders
    )
