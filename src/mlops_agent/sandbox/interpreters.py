"""The Pythons that confined commands can use: ours, and the environment the operator has active.

Active means what the shell says, VIRTUAL_ENV or CONDA_PREFIX. Of a prefix only the parts that a
Python is made of are shown, for it can be a project's own folder or ~/.local; and no part that is a
link, for an environment that lies in a repository could lead to any folder of the machine.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_CONDA = "conda-meta"
_VARIABLES = {"VIRTUAL_ENV": "pyvenv.cfg", "CONDA_PREFIX": _CONDA}
"""What names an active environment, and what lies in one."""

_PARTS = (
    "bin", "include", "lib/python*", "lib64/python*", "lib/lib*.so*", "lib64/lib*.so*",
    "share/jupyter", "pyvenv.cfg",
)  # fmt: skip
_PARTS_OF_CONDA = (
    "bin", "include", "lib", "libexec", "share", "ssl", "etc/fonts", "*-linux-gnu", "nvvm",
)  # fmt: skip
"""Its libraries lie in `lib` by the hundred. State and activation scripts can hold variables."""
_STANDARD_LIBRARY = "lib*/python*/os.py"


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
    """The files and folders that those Pythons and their packages are made of."""
    prefixes = [Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve()]
    if theirs := active_environment():
        prefixes += [theirs.prefix, theirs.base]
    return list(_shown(tuple(one for one in prefixes if _can_be_shown(one)), _private()))


@lru_cache(maxsize=16)
def _shown(prefixes: tuple[Path, ...], private: tuple[Path, ...]) -> tuple[Path, ...]:
    """Their parts, without those that hold what is private or lie in the midst of it."""
    parts = {part for prefix in prefixes for part in _parts(prefix)}
    return tuple(sorted(_outermost(
        part for part in parts
        if not any(kept.is_relative_to(part) or kept == part.parent for kept in private)
    )))  # fmt: skip


def _parts(prefix: Path) -> Iterator[Path]:
    patterns = _PARTS_OF_CONDA if (prefix / _CONDA).is_dir() else _PARTS
    for path in (found for pattern in patterns for found in prefix.glob(pattern)):
        real = path.resolve()
        library = path.name.startswith("lib") and real.is_file()
        same = real == path or (path.parent.name == "lib64" and real == prefix / "lib" / path.name)
        if same or (library and real.parent == path.parent.resolve() == path.parent):
            yield path


def _private() -> tuple[Path, ...]:
    """What no part may hold: the home, and where programs keep data and state, ours among them."""
    home = Path.home()
    named = (os.environ.get("XDG_DATA_HOME", ""), os.environ.get("XDG_STATE_HOME", ""))
    folders = [home, home / ".local" / "share", home / ".local" / "state"]
    return tuple(
        one.resolve() for one in (*folders, *(Path(name) for name in named if name.startswith("/")))
    )


def _base(prefix: Path) -> Path:
    """The prefix of the Python that an environment is made of, as `bin/python` leads to it."""
    python = (prefix / "bin" / "python").resolve()
    base = python.parent.parent
    return base if python.parent.name == "bin" and any(base.glob(_STANDARD_LIBRARY)) else prefix


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
