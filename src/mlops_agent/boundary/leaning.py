"""What the single words of a text lean to, learned from labelled requests and the territories.

Owns the reading of `learned.json` (in how many texts of which owner a stem stood) and the sums over
it. It stands behind the phrases, which know objects; evals/routing/fit.py writes the file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from mlops_agent.vocabulary.prepared import kept

FILE = Path(__file__).with_name("learned.json")
HARMFUL = "harmful"
"""What was learned of requests that nobody does for anybody; no owner leans to it."""
SMOOTHING = 0.1
"""What each stem counts beside what was seen, so that none rules an owner out."""


@dataclass(frozen=True, slots=True)
class Learned:
    """Counts by stem and owner, and the sum of each owner's."""

    counts: Mapping[str, Mapping[str, float]]
    totals: Mapping[str, float]
    harmful: float = 0.0
    worked_out: dict[str, dict[str, float]] = field(default_factory=dict[str, dict[str, float]])

    def leans(self, word: str) -> dict[str, float]:
        """How far a known stem leans to each owner, against the mean of all."""
        if word not in self.worked_out:
            counted, width = self.counts[word], SMOOTHING * len(self.counts)
            logs = {
                owner: math.log((counted.get(owner, 0.0) + SMOOTHING) / (total + width))
                for owner, total in self.totals.items()
            }
            mean = sum(logs.values()) / len(logs)
            self.worked_out[word] = {owner: one - mean for owner, one in logs.items()}
        return self.worked_out[word]


@cache
def learned() -> Learned:
    """What was learned, as it is shipped."""
    data = FILE.read_bytes()
    totals = kept(FILE, data)
    if totals is None:
        return learned_of(json.loads(data))
    return _with_totals(_Lines(data.decode("utf-8")), totals)


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
    return Learned(counts, owners, totals.get(HARMFUL, 0.0))


class _Lines(Mapping[str, Mapping[str, float]]):
    """The counts of a file with a stem a line; a stem's are taken apart when it is asked for."""

    def __init__(self, text: str) -> None:
        parted = (line.partition(": ") for line in text.split("\n")[1:-2])
        self._lines = {
            (json.loads(stem) if "\\" in stem else stem[1:-1]): owners for stem, _, owners in parted
        }

    def __getitem__(self, stem: str) -> Mapping[str, float]:
        return json.loads(self._lines[stem].rstrip(","))

    def __contains__(self, stem: object) -> bool:
        return stem in self._lines

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


def leaning(words: Iterable[str], known: Learned) -> dict[str, float]:
    """How far a text's stems lean to each owner; stems that were not seen say nothing."""
    seen = sorted({word for word in words if word in known.counts})
    sums = dict.fromkeys(known.totals, 0.0)
    for word in seen:
        for owner, one in known.leans(word).items():
            sums[owner] += one
    return {owner: one / math.sqrt(len(seen) + 1) for owner, one in sums.items()}


def harmfulness(words: Iterable[str], known: Learned) -> float:
    """How far a text's stems lean to harm and deceit, against all else that is asked."""
    seen = sorted({word for word in words if word in known.counts})
    width = SMOOTHING * len(known.counts)
    rest = sum(known.totals.values())
    lean = 0.0
    for word in seen:
        counted = known.counts[word]
        harmful = counted.get(HARMFUL, 0.0)
        others = sum(counted.values()) - harmful
        lean += math.log((harmful + SMOOTHING) / (known.harmful + width))
        lean -= math.log((others + SMOOTHING) / (rest + width))
    return lean / math.sqrt(len(seen) + 1)
