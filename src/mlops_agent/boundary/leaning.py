"""What the single words of a text lean to, learned from labelled requests and the territories.

Owns the reading of `learned.json` (in how many texts of which owner a stem stood, or two next to
each other) and the sums over it. It stands behind the phrases, which know objects;
evals/routing/fit.py writes the file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from operator import add
from pathlib import Path

from mlops_agent.vocabulary.lines import Lines
from mlops_agent.vocabulary.prepared import kept

FILE = Path(__file__).with_name("learned.json")
HARMFUL = "harmful"
"""What was learned of requests that nobody does for anybody; no owner leans to it."""
SMOOTHING = 0.1
"""What each stem counts beside what was seen, so that none rules an owner out."""
MOST_UNMET = 20_000
"""More words and pairs of which nothing is known are not remembered."""


@dataclass(frozen=True, slots=True)
class Learned:
    """Counts by stem and owner, and the sum of each owner's; what stems lean to is worked out once.

    `harmful` is the sum of what was learned of harm, `others` that of all owners.
    """

    counts: Mapping[str, Mapping[str, float]]
    totals: Mapping[str, float]
    harmful: float = 0.0
    others: float = 0.0
    to_owners: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    unmet: set[str] = field(default_factory=set[str])
    to_harm: dict[str, tuple[float, float]] = field(default_factory=dict[str, tuple[float, float]])

    def known_of(self, words: Iterable[str]) -> list[str]:
        """The known stems among some, each once, in one order for all texts that have them."""
        met, unmet = self.to_owners, self.unmet
        if len(unmet) > MOST_UNMET:
            unmet.clear()
        said = set(words).difference(unmet)
        known = {word for word in said if word in met or word in self.counts}
        unmet |= said - known
        return sorted(known)

    def leans(self, word: str) -> list[float]:
        """How far a known stem leans to each owner of `totals`, against the mean of all."""
        if word not in self.to_owners:
            counted, width = self.counts[word], SMOOTHING * len(self.counts)
            logs = [
                math.log((counted.get(owner, 0.0) + SMOOTHING) / (total + width))
                for owner, total in self.totals.items()
            ]
            mean = sum(logs) / len(logs)
            self.to_owners[word] = [one - mean for one in logs]
        return self.to_owners[word]

    def harms(self, word: str) -> tuple[float, float]:
        """How often a known stem stands where harm is asked for, and where all else is, as logs."""
        if word not in self.to_harm:
            counted, width = self.counts[word], SMOOTHING * len(self.counts)
            harmful = counted.get(HARMFUL, 0.0)
            others = sum(counted.values()) - harmful
            self.to_harm[word] = (
                math.log((harmful + SMOOTHING) / (self.harmful + width)),
                math.log((others + SMOOTHING) / (self.others + width)),
            )
        return self.to_harm[word]


@cache
def learned() -> Learned:
    """What was learned, as it is shipped."""
    data = FILE.read_bytes()
    totals = kept(FILE, data)
    if totals is None:
        return learned_of(json.loads(data))
    return _with_totals(Lines(data.decode("ascii")), totals)


def learned_of(counts: Mapping[str, Mapping[str, float]]) -> Learned:
    """Counts with their sums."""
    return _with_totals(counts, sums(counts))


def sums(counts: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """The sum of each owner's counts."""
    totals: dict[str, float] = {}
    for owners in counts.values():
        for owner, count in owners.items():
            totals[owner] = totals.get(owner, 0.0) + count
    return totals


def _with_totals(counts: Mapping[str, Mapping[str, float]], totals: Mapping[str, float]) -> Learned:
    owners = {owner: total for owner, total in totals.items() if owner != HARMFUL}
    return Learned(counts, owners, totals.get(HARMFUL, 0.0), sum(owners.values()))


def pairs(words: Sequence[str]) -> list[str]:
    """A text's neighbouring stems, two by two: "model card" leans otherwise than either word."""
    return [f"{one} {other}" for one, other in pairwise(words)]


def leaning(words: Sequence[str], known: Learned) -> dict[str, float]:
    """How far a text's stems, in order, lean to each owner; what was not seen says nothing."""
    seen = known.known_of([*words, *pairs(words)])
    sums = [0.0] * len(known.totals)
    for word in seen:
        sums = list(map(add, sums, known.leans(word)))
    root = math.sqrt(len(seen) + 1)
    return {owner: one / root for owner, one in zip(known.totals, sums, strict=True)}


def harmfulness(words: Iterable[str], known: Learned) -> float:
    """How far a text's stems lean to harm and deceit, against all else that is asked."""
    seen = known.known_of(words)
    lean = 0.0
    for word in seen:
        harmful, others = known.harms(word)
        lean += harmful
        lean -= others
    return lean / math.sqrt(len(seen) + 1)
