"""The Pythons that confined commands can use: ours, and the environment the operator has active.

Active means what the shell says, VIRTUAL_ENV or CONDA_PREFIX. An environment that merely lies in a
repository is not taken: it could name any folder of the machine as its Python's.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_VARIABLES = {"VIRTUAL_ENV": "pyvenv.cfg", "CONDA_PREFIX": "conda-meta"}
"""What names an active environment, and what lies in one."""


@dataclass(frozen=True, slots=True)
class Environment:
    """An active environment: where it lies, the Python that it is made of, what names it."""

    prefix: Path
    base: Path
    variable: str


def active_environment() -> Environment | None:
    """The operator's active environment; None where there is none, or it is the one we run in."""
    for variable, mark in _VARIABLES.items():
        named = os.environ.get(variable, "")
        if not named.startswith("/") or not Path(named, mark).exists():
            continue
        prefix = Path(named).resolve()
        if prefix == Path(sys.prefix).resolve() or not _can_be_shown(prefix):
            continue
        return Environment(prefix, _base(prefix), variable)
    return None


def interpreters() -> list[Path]:
    """The folders that hold those Pythons and their packages."""
    found = {Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve()}
    if theirs := active_environment():
        found |= {theirs.prefix, theirs.base}
    return sorted(_outermost(path for path in found if _can_be_shown(path)))


def _base(prefix: Path) -> Path:
    """The folder of the Python that an environment is made of, as `bin/python` leads to it."""
    python = (prefix / "bin" / "python").resolve()
    base = python.parent.parent
    return base if python.parent.name == "bin" and (base / "lib").is_dir() else prefix


def _can_be_shown(path: Path) -> bool:
    # A prefix of / or of the home folder would show everything that is to be hidden.
    home = Path.home().resolve()
    return not home.is_relative_to(path) and not path.is_relative_to("/usr")


def _outermost(paths: Iterable[Path]) -> list[Path]:
    known = list(paths)
    return [
        path
        for path in known
        if not any(other != path and path.is_relative_to(other) for other in known)
    ]
