"""What words of a sentence lean to, need by need, as learned from sentences that tell one.

`weights.json` is written by evals/clarify/fit_weights.py: for each word or found pattern its
weight for each need. `leaning.toml` has the kinds of numbers that count as one word, and how much
is enough.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache

from mlops_agent.vocabulary.errors import VocabularyError
from mlops_agent.vocabulary.gates import FOLDER
from mlops_agent.vocabulary.prepared import listed

WEIGHTS = FOLDER / "weights.json"
START = ""
"""Stands for no word; its weights count for every sentence."""


@dataclass(frozen=True, slots=True)
class Leaning:
    """The weights of each word by need, and from which sum a need is told or a pattern doubted.

    `beside` is what a piece that tells of none gains for the gates that those beside it tell of.
    """

    weights: dict[str, dict[str, float]]
    tells: float
    doubts: float
    beside: float
    surely: frozenset[str]

    def least(self, need: str) -> float:
        """The weight from which a need is told."""
        return 0 if need in self.surely else self.tells


@cache
def leaning() -> Leaning:
    """What was learned; raises VocabularyError where a file does not follow its form."""
    raw = listed(FOLDER / "leaning.toml")
    try:
        weights = json.loads(WEIGHTS.read_bytes())
        return Leaning(
            weights,
            float(raw["tells"]),
            float(raw["doubts"]),
            float(raw["beside"]),
            frozenset(raw["surely"]),
        )
    except (KeyError, ValueError) as error:
        raise VocabularyError(f"{WEIGHTS.name}: {error}") from error


@cache
def parts() -> re.Pattern[str]:
    """Where a sentence is cut into pieces that are weighed alone."""
    return re.compile(listed(FOLDER / "leaning.toml")["part"])


@cache
def kinds() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The kinds of numbers, each with the word that stands for it."""
    raw = listed(FOLDER / "leaning.toml")["kind"]
    return tuple((re.compile(one["pattern"], re.IGNORECASE), f" x{one['name']} ") for one in raw)
