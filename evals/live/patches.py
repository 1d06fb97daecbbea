"""Read a git patch: which files it changes, how many lines, and which lines of the old tree.

Only what git itself writes is understood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath

HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
DOCUMENTS = {".md", ".rst", ".txt"}


@dataclass
class FileChange:
    """One file of a patch, by its path in the old tree, or in the new one where it is new.

    `removed` are line numbers of the old tree; `inserted` are those before which lines were added.
    """

    path: str
    added: int = 0
    removed: list[int] = field(default_factory=list)
    inserted: list[int] = field(default_factory=list)

    @property
    def lines(self) -> int:
        """Added plus removed lines."""
        return self.added + len(self.removed)

    @property
    def is_source(self) -> bool:
        """Whether it counts: tests and documents do not."""
        path = PurePosixPath(self.path)
        is_test = "tests" in path.parts[:-1] or path.name.startswith("test_")
        is_document = path.suffix in DOCUMENTS and not path.name.startswith("requirements")
        return not (is_test or is_document or "docs" in path.parts[:-1])

    def touches(self, first: int, last: int) -> bool:
        """Whether a line from first to last was removed, or one put between them."""
        return any(first <= n <= last for n in self.removed) or any(
            first < n <= last for n in self.inserted
        )


def read_patch(text: str) -> list[FileChange]:
    """The files of a patch in its order; of a renamed file the new path comes before the old."""
    changes: list[FileChange] = []
    old = left = grown = 0
    for line in text.splitlines():
        if left or grown:
            step = line[:1]
            if step in {"-", " ", ""}:
                left -= 1
            if step in {"+", " ", ""}:
                grown -= 1
            old = _count(changes[-1], step, old)
        elif line.startswith("diff --git "):
            changes.append(FileChange(line.rsplit(" b/", 1)[-1]))
        elif line.startswith(("--- a/", "rename from ")):
            changes[-1].path = line.removeprefix("--- a/").removeprefix("rename from ")
        elif line.startswith("rename to "):
            changes.insert(-1, FileChange(line.removeprefix("rename to ")))
        elif found := HUNK.match(line):
            left, grown = (int(size) if size else 1 for size in (found[2], found[4]))
            old = int(found[1]) + (left == 0)
    return changes


def _count(change: FileChange, step: str, old: int) -> int:
    """Count one line of a hunk and return the number of the next line of the old tree."""
    if step == "+":
        change.added += 1
        change.inserted.append(old)
        return old
    if step == "-":
        change.removed.append(old)
    return old if step == "\\" else old + 1
