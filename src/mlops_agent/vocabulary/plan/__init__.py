"""What a plan is made of, as data: the patterns of amounts, and the controls of each gate.

Owns reading the files of this folder once a process; the words stand in them, no rule does.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class AmountPatterns:
    """Regular expressions by kind of amount, their parts, and what a cost is paid for."""

    parts: dict[str, str]
    amounts: dict[str, list[str]]
    cost_of: dict[str, str]
    scales: dict[str, float]
    signs: dict[str, str]


@cache
def amount_patterns() -> AmountPatterns:
    """The patterns of `amounts.toml`."""
    raw = _read("amounts.toml")
    return AmountPatterns(raw["part"], raw["amount"], raw["of"], raw["scale"], raw["sign"])


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
