"""TOML text to plain data, at a bounded cost: the repository is not trusted.

The standard library's parser takes quadratic memory for a key of many parts, so a short file could
fill the machine. Such a file is refused before it is parsed.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

MAX_KEY_PARTS = 1000
_BETWEEN = re.compile(r"[,={}\[\]\n#]")


def parse_toml(text: str) -> dict[str, Any]:
    """Return the tables of a TOML document.

    Raises ValueError, with what is wrong, for text that is no TOML, is nested too deep, or has a
    key of more than MAX_KEY_PARTS parts.
    """
    if any(piece.count(".") > MAX_KEY_PARTS for piece in _BETWEEN.split(text)):
        raise ValueError(f"a key of more than {MAX_KEY_PARTS} parts")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("nested too deep") from None
