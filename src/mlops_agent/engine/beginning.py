"""What a run needs before its first event, and its removal where it never comes to one.

A run whose journal holds nothing can't be resumed or read, so its folder goes; the worktree goes
in any case, since it is registered in the user's repository.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from mlops_agent.errors import BadInputError
from mlops_agent.journal.reading import JOURNAL
from mlops_agent.journal.runs import create_run_folder
from mlops_agent.workspace.repository import Repository
from mlops_agent.workspace.witness import keep, look_at
from mlops_agent.workspace.worktree import Worktree


def check_recordable(repository: Path) -> None:
    """Raise BadInputError for a path that no journal can hold, since JSON is Unicode text."""
    try:
        str(repository).encode()
    except UnicodeEncodeError as error:
        shown = os.fsencode(repository).decode(errors="backslashreplace")
        raise BadInputError(
            f"the path {shown} is not UTF-8, so no report can name it",
            "rename the folder, or clone the repository to another one",
        ) from error


@contextmanager
def new_run_folder() -> Generator[Path]:
    """Make a run's folder; where the block fails before the journal's first event, drop it."""
    folder = create_run_folder()
    try:
        yield folder
    finally:
        journal = folder / JOURNAL
        if not journal.is_file() or journal.stat().st_size == 0:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def base_worktree(repository: Repository, base: str, run_folder: Path) -> Generator[Worktree]:
    """Make the run's worktree for the block, and take it away at its end."""
    keep(run_folder, look_at(repository))
    worktree = Worktree.create(repository, base, run_folder)
    try:
        yield worktree
    finally:
        worktree.remove()
