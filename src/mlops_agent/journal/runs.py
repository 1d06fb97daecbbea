"""Where runs live and how they are named, found and listed.

A run is a folder below the state folder. Its id sorts by time: 20261121-221530-3f9a (UTC). Nothing
here writes into a run; a run whose journal can't be read is listed as such, never hidden.
"""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mlops_agent.contracts.journal import AnyEvent, RunEnded, RunStarted
from mlops_agent.errors import BadInputError
from mlops_agent.journal.chain import BrokenLineError, decode
from mlops_agent.journal.reading import JOURNAL
from mlops_agent.journal.writing import is_being_written

_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{4,}")


@dataclass(frozen=True, slots=True)
class RunEntry:
    """One line of the list of runs.

    `outcome` is the outcome of the journal's last event, or `running`, `interrupted` (no last
    event, no living process) or `unreadable`. `started` is UTC, ISO 8601, or empty.
    """

    id: str
    folder: Path
    started: str
    repository: str
    request: str
    outcome: str
    why: str


def state_folder() -> Path:
    """The program's state folder: $XDG_STATE_HOME/mlops-agent, or below ~/.local/state."""
    # The XDG base directory specification: a relative value is to be ignored.
    configured = os.environ.get("XDG_STATE_HOME", "")
    base = Path(configured) if configured.startswith("/") else Path.home() / ".local" / "state"
    # By its real path, as commands are shown it: a home may be a link. A loop of links shows later.
    return Path(os.path.realpath(base / "mlops-agent"))


def runs_folder() -> Path:
    """The folder that holds one folder a run."""
    return state_folder() / "runs"


def new_run_id() -> str:
    """Return an id that sorts after all earlier ones (to the second) and is not used yet."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def create_run_folder() -> Path:
    """Make the folder of a new run, readable by its owner only; its name is the run's id."""
    runs_folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    while True:
        folder = runs_folder() / new_run_id()
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            continue
        return folder


def find_run(name: str) -> Path:
    """Return the folder of the run with this id, or with the only id that begins so.

    Raises BadInputError when no run or more than one fits.
    """
    fitting = [folder for folder in _folders() if folder.name.startswith(name)] if name else []
    exact = [folder for folder in fitting if folder.name == name]
    if len(exact or fitting) == 1:
        return (exact or fitting)[0]
    if not fitting:
        raise BadInputError(f"no run {name!r} in {runs_folder()}", "`mlops-agent runs` lists them")
    raise BadInputError(
        f"{len(fitting)} runs begin with {name!r}", f"say which: {fitting[0].name}, ..."
    )


def list_runs() -> list[RunEntry]:
    """Return all runs, the newest first."""
    return [describe_run(folder) for folder in reversed(_folders())]


def describe_run(folder: Path) -> RunEntry:
    """Return the entry of one run's folder, from the first and last line of its journal."""
    first, last = _ends(folder / JOURNAL)
    if not isinstance(first, RunStarted):
        outcome = "running" if is_being_written(folder) else "unreadable"
        return RunEntry(folder.name, folder, "", "", "", outcome, "its journal can't be read")
    outcome, why = "interrupted", "it did not come to an end"
    if isinstance(last, RunEnded):
        outcome, why = last.outcome, last.why
    elif is_being_written(folder):
        outcome, why = "running", ""
    return RunEntry(
        folder.name, folder, first.at, first.repository, first.request.text, outcome, why
    )


def _folders() -> list[Path]:
    root = runs_folder()
    if not root.is_dir():
        return []
    return sorted(path for path in root.iterdir() if path.is_dir() and _ID.fullmatch(path.name))


def _ends(path: Path) -> tuple[AnyEvent | None, AnyEvent | None]:
    if not path.is_file():
        return None, None
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
    except OSError:
        return None, None
    if not lines:
        return None, None
    return _event(lines[0]), _event(lines[-1])


def _event(line: bytes) -> AnyEvent | None:
    try:
        return decode(line)
    except BrokenLineError:
        return None
