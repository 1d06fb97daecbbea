"""Writing a journal: one event a line, on disk before the caller goes on.

Only appends. One writer at a time (a file lock that dies with its process); it refuses to go on
with a journal whose chain is broken.
"""

from __future__ import annotations

import fcntl
import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self, TypeVar

from mlops_agent.contracts.journal import Event
from mlops_agent.errors import BadInputError, RepositoryBusyError
from mlops_agent.journal.chain import FIRST, encode, link
from mlops_agent.journal.reading import JOURNAL, verify

AnEvent = TypeVar("AnEvent", bound=Event)


class Journal:
    """An open journal. Safe to append to from several threads; close it, or use it in a `with`."""

    def __init__(
        self, path: Path, descriptor: int, previous: str, count: int, *, durable: bool = True
    ) -> None:
        self.path = path
        self._durable = durable
        self._descriptor = descriptor
        self._previous = previous
        self._count = count
        self._lock = threading.Lock()

    @classmethod
    def create(cls, run_folder: Path, *, durable: bool = True) -> Self:
        """Start the journal of a run; raises BadInputError when the folder already has one.

        One that is not `durable` is not synced: a replay's is made again rather than taken up.
        """
        path = run_folder / JOURNAL
        run_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        except FileExistsError as error:
            raise BadInputError(f"{run_folder} already holds a journal") from error
        _hold(descriptor, path)
        # The name itself is on disk only once the folder is.
        if durable:
            _sync_folder(run_folder)
        return cls(path, descriptor, FIRST, 0, durable=durable)

    @classmethod
    def open(cls, run_folder: Path) -> Self:
        """Go on with a journal: check it, cut off a torn last line, and append after it.

        Raises BadInputError for a missing or changed journal, RepositoryBusyError while another
        process writes it.
        """
        path = run_folder / JOURNAL
        if not path.is_file():
            raise BadInputError(f"no journal at {path}", "`mlops-agent runs` lists the runs")
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND)
        try:
            _hold(descriptor, path)
            sound = verify(path)
            os.ftruncate(descriptor, sound.length)
            os.fsync(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        return cls(path, descriptor, sound.last_link, len(sound.events))

    def append(self, event: type[AnEvent], **fields: Any) -> AnEvent:  # noqa: ANN401
        """Write one event and return it once it is on disk.

        `seq`, `at`, `previous` and `digest` are filled in; `fields` are the event's own. Raises
        pydantic.ValidationError for fields that do not fit, before anything is written.
        """
        with self._lock:
            record = event(seq=self._count + 1, at=_now(), previous=self._previous, **fields)
            line = encode(record)
            _write_all(self._descriptor, line + b"\n")
            if self._durable:
                os.fsync(self._descriptor)
            self._count += 1
            self._previous = link(line)
            return record

    def close(self) -> None:
        """Let go of the file and of its lock. Closing twice is fine."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def is_being_written(run_folder: Path) -> bool:
    """Whether a living process holds the journal of this run."""
    try:
        descriptor = os.open(run_folder / JOURNAL, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def _hold(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise RepositoryBusyError(
            f"another process is writing {path}", "wait for that run to end"
        ) from error


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
