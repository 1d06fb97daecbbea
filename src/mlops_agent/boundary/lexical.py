"""What the words of an ask say of whose it is, where no phrase of a territory stands in them.

Owns the features of a text and the sum of their weights. `evals/routing/train.py` writes the
weights, with the digest of what they were learnt from; nothing is learnt here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from operator import add
from typing import Any

from mlops_agent.boundary.stemming import stem
from mlops_agent.vocabulary.territories import FOLDER

FILE = FOLDER / "weights.json"
UNCLEAR = "unclear"
"""What an ask is whose owner cannot be known from its words."""
HARMFUL = "harmful"
"""What an ask is that nobody should do, whoever's it would be."""
FIRST_SIGN = 35
"""Weights are written as one sign an owner: those from here on (`#`), without the backslash."""
LEVELS = 91
_MIDDLE = LEVELS // 2
_BACKSLASH = 92
_BEGINNINGS = (4, 6)
"""Letters of the beginnings that are counted: what they share, compounds and endings apart."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A row of signs a feature (`encoded`), one for each owner; `scale` makes a level a weight."""

    owners: tuple[str, ...]
    bias: tuple[float, ...]
    scale: float
    rows: dict[str, str]


def features(words: Sequence[str]) -> set[str]:
    """What is counted of a text: the stems of its words, and what its words begin with.

    Args:
        words: the plain words of the text (`stemming.plain_words`), in any order.
    """
    found = {stem(word) for word in words}
    for size in _BEGINNINGS:
        found.update(word[:size] + "-" for word in words if len(word) >= size)
    return found


def lexical(words: Sequence[str]) -> dict[str, float]:
    """How likely each owner is by the words alone; nobody, harmful and unclear count as owners.

    Args:
        words: the plain words of an ask (`stemming.plain_words`).

    Returns:
        Shares that sum to one, for every owner that the weights know.
    """
    return shares(words, shipped())


def shares(words: Sequence[str], weights: Weights) -> dict[str, float]:
    """The same by given weights."""
    rows = [weights.rows[one] for one in features(words) if one in weights.rows]
    sums = [-_MIDDLE * len(rows)] * len(weights.owners)
    for row in rows:
        sums = list(map(add, sums, decoded(row)))
    factor = weights.scale / math.sqrt(max(1, len(rows)))
    raised = [math.exp(bias + factor * one) for bias, one in zip(weights.bias, sums, strict=True)]
    whole = sum(raised)
    return {owner: one / whole for owner, one in zip(weights.owners, raised, strict=True)}


@cache
def decoded(row: str) -> bytes:
    """The levels of a row, 0 to `LEVELS` - 1."""
    return bytes(code - FIRST_SIGN - (code > _BACKSLASH) for code in row.encode("ascii"))


def encoded(levels: Sequence[int]) -> str:
    """A row of levels around zero as it is written; what is out of range is cut off."""
    shifted = (min(LEVELS - 1, max(0, level + _MIDDLE)) for level in levels)
    return "".join(chr(FIRST_SIGN + one + (FIRST_SIGN + one >= _BACKSLASH)) for one in shifted)


@cache
def shipped() -> Weights:
    """The weights of `FILE`, read once a process."""
    raw: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return Weights(tuple(raw["owners"]), tuple(raw["bias"]), raw["scale"], raw["weights"])
