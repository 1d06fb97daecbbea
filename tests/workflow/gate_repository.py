"""Real git repositories of one commit, for what a repository answers of the gates."""

from __future__ import annotations

import subprocess
from pathlib import Path


def repository(folder: Path, files: dict[str, str]) -> Path:
    """Make a repository of one commit with these files."""
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "one"]):
        subprocess.run(["git", *identity, "-C", folder, *arguments], check=True)
    return folder
