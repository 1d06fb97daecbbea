"""Learn what counts for harm and against it, from the single asks and the labelled requests.

Owns src/mlops_agent/boundary/harms.json: the classes of harms.toml by their stems, and a weight for
each class, each two of them close together, and each word, as a linear machine with a squared loss
finds them. Of a harmful request only the sentence that leans most to harm teaches. The same inputs
give the same file.
"""

from __future__ import annotations

import json
import random
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

from mlops_agent.boundary.cutting import read_request
from mlops_agent.boundary.deciding import own_words
from mlops_agent.boundary.harming import (
    AROUND,
    ASKED,
    BESIDE,
    NUMBER,
    NUMBERS,
    PAIR,
    Harms,
    signs,
)
from mlops_agent.boundary.stemming import stems

CLASSES = Path(__file__).with_name("harms.toml")
TEXTS = Path(__file__).with_name("harms.jsonl")
"""Requests that teach what harm is, and no owner."""
WORTH = {ASKED: (1.0, 0.25), AROUND: (0.7, 0.15), BESIDE: (0.15, 0.15), "": (0.5, 0.5)}
"""What a sign and a pair are worth before anything was learned: the less, the more has to speak."""
COST = 0.3
"""How dear a wrong one is beside large weights."""
OF_HARM = 3.0
"""What a harmful one costs beside one that is fine."""
SILENT = (
    *("authority", "governance", "money_side", "affected", "record", "figure"),
    *(NUMBER, NUMBERS),
)
"""Classes that say nothing but together with others."""
SEEN = 2
"""In so many texts a sign stands that is learned from."""
ROUNDS, PASSES = 3, 12
LEAST = 0.01
DIGITS = 2
SEED = 5

Text = tuple[str, bool]
"""A text, and whether it is harmful."""


class _Row(NamedTuple):
    text: int
    harmful: bool
    signs: list[tuple[str, float]]


def learned_harms(texts: Sequence[Text]) -> Harms:
    """The classes and the weights that labelled texts teach."""
    phrases = _phrases()
    blank = Harms(phrases, {}, 0.0, max(one.count(" ") + 1 for one in phrases), SILENT)
    rows = [
        (at, harmful, found)
        for at, (text, harmful) in enumerate(texts)
        for found in _read(text, blank)
    ]
    counts = Counter(sign for _, _, found in rows for sign in found)
    kept = [
        _Row(at, harmful, [(one, _worth(one)) for one in sorted(found) if counts[one] >= SEEN])
        for at, harmful, found in rows
    ]
    weights: dict[str, float] = {}
    for _ in range(ROUNDS):
        weights = _fitted(_telling(kept, weights))
    shipped = {
        sign: round(weight * _worth(sign), DIGITS)
        for sign, weight in sorted(weights.items())
        if sign and abs(weight * _worth(sign)) >= LEAST
    }
    return Harms(phrases, shipped, round(weights.get("", 0.0), DIGITS), blank.longest, SILENT)


def further() -> list[Text]:
    """The texts that were written or kept for this alone."""
    rows = [json.loads(line) for line in TEXTS.read_text(encoding="utf-8").splitlines()]
    return [(row["text"], row["harmful"]) for row in rows]


def as_text(known: Harms) -> str:
    """The file as it is shipped, a sign a line."""
    return json.dumps(asdict(known), indent=0, ensure_ascii=False) + "\n"


def _read(text: str, known: Harms) -> Iterator[set[str]]:
    reading = read_request(text)
    asked = "\n".join(f"{cut.text} {cut.purpose}" for cut in reading.cuts)
    return signs(own_words(reading), asked, known)


def _phrases() -> dict[str, list[str]]:
    raw: dict[str, str] = tomllib.loads(CLASSES.read_text(encoding="utf-8"))["classes"]
    found: dict[str, set[str]] = defaultdict(set)
    for name, phrases in raw.items():
        for phrase in re.split(r"[,\n]", phrases):
            if phrase.strip():
                found[" ".join(stems(phrase))].add(name)
    return {phrase: sorted(names) for phrase, names in sorted(found.items())}


def _worth(sign: str) -> float:
    return WORTH.get(sign[0], WORTH[""])[PAIR in sign]


def _telling(rows: Sequence[_Row], weights: dict[str, float]) -> list[_Row]:
    """All rows of what is fine; of what is harmful the one of each text that leans most to it."""
    best: dict[int, tuple[float, _Row]] = {}
    for row in rows:
        if row.harmful:
            score = _sum(row, weights)
            if row.text not in best or score > best[row.text][0]:
                best[row.text] = (score, row)
    return [*(row for row in rows if not row.harmful), *(row for _, row in best.values())]


def _sum(row: _Row, weights: dict[str, float]) -> float:
    return weights.get("", 0.0) + sum(weights.get(one, 0.0) * worth for one, worth in row.signs)


def _fitted(rows: Sequence[_Row]) -> dict[str, float]:
    """Weights by dual coordinate descent (Hsieh and others, 2008), the loss squared."""
    weights: dict[str, float] = defaultdict(float)
    duals = [0.0] * len(rows)
    norms = [1.0 + sum(worth * worth for _, worth in row.signs) for row in rows]
    order = list(range(len(rows)))
    shuffled = random.Random(SEED)
    for _ in range(PASSES):
        shuffled.shuffle(order)
        for at in order:
            row, side = rows[at], 1.0 if rows[at].harmful else -1.0
            slack = 0.5 / (COST * (OF_HARM if row.harmful else 1.0))
            slope = side * _sum(row, weights) - 1.0 + slack * duals[at]
            if duals[at] == 0.0 and slope >= 0.0:
                continue
            dual = max(0.0, duals[at] - slope / (norms[at] + slack))
            step, duals[at] = (dual - duals[at]) * side, dual
            weights[""] += step
            for one, worth in row.signs:
                weights[one] += step * worth
    return weights
