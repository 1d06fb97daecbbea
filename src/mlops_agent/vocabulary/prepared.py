"""Lists of TOML as JSON, so that a start need not take the TOML apart.

Owns reading `prepared.json`, which scripts/prepare.py writes. An entry counts only while it is of
the very file that lies there; else the TOML is read, which takes longer and says the same.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from mlops_agent.vocabulary.lines import Lines

FILE = Path(__file__).with_name("prepared.json")


def listed(path: Path) -> dict[str, Any]:
    """What a TOML file of this package says; it is not to be changed."""
    data = path.read_bytes()
    known = kept(path, data)
    if known is not None:
        return known
    import tomllib

    return tomllib.loads(data.decode("utf-8"))


def kept(path: Path, data: bytes) -> dict[str, Any] | None:
    """What is kept of a file with this content; None where it is of another one."""
    checksum, known = _prepared().get(name_of(path), (-1, None))
    return known if checksum == zlib.crc32(data) else None


def name_of(path: Path) -> str:
    """What a file is called in `prepared.json`."""
    return f"{path.parent.name}/{path.name}"


@cache
def _prepared() -> Mapping[str, tuple[int, dict[str, Any]]]:
    try:
        return Lines(FILE.read_text(encoding="ascii"))
    except FileNotFoundError:
        return {}
