"""The record of what a run left in the user's repository, kept in the run's folder for undo."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import ValidationError

from mlops_agent.contracts.base import Record
from mlops_agent.errors import BadInputError

_FILE = "delivered.json"


class Delivered(Record):
    """What was delivered into which repository.

    `branch` and `commit` are empty unless a branch was made. `applied` says that the change was
    (or was about to be) put into the working tree. Patch files are the caller's and not recorded.
    """

    repository: str
    branch: str = ""
    commit: str = ""
    applied: bool = False


def read_delivered(run_folder: Path) -> Delivered | None:
    """Return the record, or None when nothing was delivered; raises BadInputError when broken."""
    file = run_folder / _FILE
    try:
        return Delivered.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError as error:
        raise BadInputError(f"{file} is not what was written there") from error


def write_delivered(run_folder: Path, delivered: Delivered) -> None:
    """Store the record, on disk before this returns."""
    temporary = run_folder / f"{_FILE}.new"
    with temporary.open("w", encoding="utf-8") as file:
        file.write(delivered.model_dump_json(indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(run_folder / _FILE)


def forget_delivered(run_folder: Path) -> None:
    """Drop the record: all that it names was taken back."""
    (run_folder / _FILE).unlink(missing_ok=True)
