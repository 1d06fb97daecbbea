"""One run a repository at a time.

A lock file in the state folder, keyed by the git folder that all linked worktrees share. The
kernel frees it when its process dies, so there are no stale locks to clear.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from mlops_agent.errors import RepositoryBusyError
from mlops_agent.journal.runs import state_folder


@contextmanager
def hold_repository(common_dir: Path, run: str) -> Generator[None]:
    """Hold the repository for this run while the block runs.

    Raises RepositoryBusyError (exit 75), naming the other run, when somebody else holds it.
    """
    descriptor = os.open(_lock_file(common_dir), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            other = os.pread(descriptor, 200, 0).decode(errors="replace").strip() or "another run"
            raise RepositoryBusyError(
                f"{other} holds the repository", "wait for it to end, or end it"
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"run {run} (process {os.getpid()})\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _lock_file(common_dir: Path) -> Path:
    folder = state_folder() / "locks"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = hashlib.sha256(os.fsencode(common_dir.resolve())).hexdigest()[:32]
    return folder / f"{name}.lock"
