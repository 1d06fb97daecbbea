"""Files as one commit has them: their lines and their hashes, whatever the working tree says."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from mlops_agent.distrust.addressed import spans_in
from mlops_agent.distrust.scanning import is_for_agents
from mlops_agent.lifecycle.git import git
from mlops_agent.sandbox.secrets.redactor import Redactor


@dataclass(frozen=True, slots=True)
class CommittedFile:
    """A text file of a commit. `hostile` are 1-based lines with text that speaks to agents."""

    lines: tuple[str, ...]
    shown: tuple[str, ...]
    sha256: str
    hostile: frozenset[int]

    def line(self, number: int) -> str:
        """A line that can be shown: empty where it has a secret, speaks to agents or is none."""
        if not 0 < number <= len(self.lines) or number in self.hostile:
            return ""
        line = self.lines[number - 1]
        return line if line == self.shown[number - 1] else ""


@dataclass(frozen=True)
class Committed:
    """One commit of the repository at `root`; each file is read once."""

    root: Path
    commit: str
    _read: dict[str, CommittedFile | None] = field(default_factory=dict[str, CommittedFile | None])

    def file(self, path: str) -> CommittedFile | None:
        """A file of the commit, None where it is not there, empty or not text."""
        if path not in self._read:
            place = f"{self.commit}:{path}"
            data = git(self.root, "cat-file", "blob", place, tolerate=True)
            self._read[path] = _file(path, data) if data and b"\0" not in data else None
        return self._read[path]

    def speaks(self, paths: Iterable[str]) -> bool:
        """Whether text in one of these files speaks to agents."""
        return any(file.hostile for path in paths if (file := self.file(path)))


def _file(path: str, data: bytes) -> CommittedFile:
    text = data.decode("utf-8", "replace")
    hostile = frozenset(
        number
        for span in spans_in(path, text, for_agents=is_for_agents(path))
        for number in range(span.line, span.line + text.count("\n", span.start, span.end) + 1)
    )
    return CommittedFile(
        lines=tuple(text.split("\n")),
        shown=tuple(Redactor().text(text).split("\n")),
        sha256=hashlib.sha256(data).hexdigest(),
        hostile=hostile,
    )
