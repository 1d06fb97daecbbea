"""What a tool works with in one run: worktree, sandbox, journal, the scope, and what was read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from mlops_agent.contracts.journal import Event
from mlops_agent.distrust.scanning import Scan
from mlops_agent.errors import BadInputError
from mlops_agent.sandbox.confine import Sandbox
from mlops_agent.sandbox.secrets.redactor import Redactor
from mlops_agent.workspace.guarded import guarded_tops, real_places
from mlops_agent.workspace.worktree import Worktree

OUTPUTS = "outputs"
_CALL_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")


class Append(Protocol):
    """Writes an event to the journal, as `Journal.append` does."""

    def __call__(self, event: type[Event], **fields: Any) -> Event:  # noqa: ANN401
        """Write the event and return it."""
        ...


class AllowEdit(Protocol):
    """Says whether an edit is within the scope of the run."""

    def __call__(self, path: str, added: int, removed: int) -> None:
        """Raise an MlopsAgentError when this file may not come to differ from its base so much.

        `added` and `removed` are lines, counted from the base tree to what is to be written.
        """
        ...


def _unheard(_text: str) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True)
class ToolContext:
    """The surroundings of the calls of one run.

    `seen` maps a path to the hash last read of it; `tell` says a line to whoever watches the run.
    `allowed` are the words of the commands that the operator lets change a live system.
    `redactor` blanks secrets; a tool asks it itself only for a text that it cuts. `scan` tells what
    of the base tree speaks to agents.
    """

    worktree: Worktree
    sandbox: Sandbox
    run_folder: Path
    append: Append
    allow_edit: AllowEdit
    tell: Callable[[str], None] = _unheard
    redactor: Redactor = field(default_factory=Redactor)
    allowed: tuple[tuple[str, ...], ...] = ()
    scan: Callable[[], Scan] = Scan
    seen: dict[str, str] = field(default_factory=dict[str, str])
    _guarded: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def output_file(self, call: str) -> Path:
        """Where the whole output of a call goes.

        Raises BadInputError for an id that is no plain word: it becomes a file name.
        """
        if not _CALL_ID.fullmatch(call):
            raise BadInputError(f"{call!r} is not a call id: letters, digits, - and _ only")
        return self.run_folder / OUTPUTS / f"{call}.txt"

    def guarded(self) -> tuple[Path, ...]:
        """The base's files and folders, as far as they are there, that no command may write."""
        trees = self.worktree.trees
        base = trees.commit("base")
        if base not in self._guarded:
            self._guarded[base] = guarded_tops(trees.paths("base"))
        return real_places(self.worktree.path, self._guarded[base])

    def note_seen(self, path: str, data: bytes) -> None:
        """Remember that the driver knows these bytes of a file."""
        self.seen[path] = hashlib.sha256(data).hexdigest()

    def why_not_known(self, path: str, data: bytes) -> str:
        """Why the driver doesn't know the file as it is now, or the empty string."""
        known = self.seen.get(path)
        if known is None:
            return f"{path} was not read in this run: Read it first"
        if known != hashlib.sha256(data).hexdigest():
            return f"{path} changed since it was last read: Read it again"
        return ""
