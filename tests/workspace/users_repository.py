"""Real git repositories to work on, and what must not change in them."""

from __future__ import annotations

import hashlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class UsersRepository:
    """A repository as a user has it, driven by plain git."""

    root: Path

    def git(self, *arguments: str) -> str:
        environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        identity = ["-c", "user.name=A User", "-c", "user.email=user@example.org"]
        done = subprocess.run(
            ["git", *identity, "-c", "protocol.file.allow=always", *arguments],
            cwd=self.root, check=True, capture_output=True, text=True, env=environment,
        )  # fmt: skip
        return done.stdout.strip()

    def commit(self, files: dict[str, bytes | str], message: str = "change") -> str:
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        self.git("add", "-A", "-f")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def state(self) -> dict[str, str]:
        """All of the git folder but its objects, and all of the working tree, by hash."""
        skipped = {"objects", "modules"}
        found: dict[str, str] = {}
        for folder, folders, files in os.walk(self.root):
            folders[:] = sorted(name for name in folders if name not in skipped)
            for name in [*files, *(one for one in folders if (Path(folder) / one).is_symlink())]:
                path = Path(folder) / name
                found[str(path.relative_to(self.root))] = _hash(path)
            found[str(Path(folder).relative_to(self.root)) + "/"] = ""
        return found


def _hash(path: Path) -> str:
    status = path.lstat()
    content = os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
    return f"{oct(status.st_mode)} {hashlib.sha256(content).hexdigest()}"
