"""Whose an ask is: its object decides, then the rest of it, then what stands around it.

Owns the weighing of the phrases that were found. No evidence means no owner, not the likeliest.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mlops_agent.boundary.phrases import Found, Index, find, standard_index
from mlops_agent.boundary.reading import Cut, Reading
from mlops_agent.boundary.stemming import stems
from mlops_agent.contracts.routing import Alternative

NOBODY = "nobody"
"""The territory of what is no engineer's of running systems."""
IN_OBJECT = 1.5
IN_PURPOSE = 0.4
AROUND = 0.25
"""What a phrase counts in the verb's object, in a purpose, and around the ask."""
ENOUGH = 0.8
"""The least score that shows an owner."""
SHARPNESS = 1.2
ALTERNATIVES = 3
LEAST_ALTERNATIVE = 0.05


@dataclass(frozen=True, slots=True)
class Owned:
    """An ask's owner (empty where none is shown), how sure that is (0 to 1), and why in words."""

    cut: Cut
    owner: str
    confidence: float
    why: str
    alternatives: tuple[Alternative, ...]
    scores: dict[str, float]


def own(reading: Reading, index: Index | None = None) -> list[Owned]:
    """The owner of each cut of a reading, in order."""
    index = index or standard_index()
    around = _scores(find(stems(" . ".join(reading.context)), index), 1.0)
    cuts = [_cut_scores(cut, index) for cut in reading.cuts]
    owned: list[Owned] = []
    for cut, (scores, found) in zip(reading.cuts, cuts, strict=True):
        total = dict(scores)
        others = [one for one, _ in cuts if one is not scores]
        if max(total.values(), default=0.0) < ENOUGH:
            for beside in (around, *others):
                for owner, score in beside.items():
                    total[owner] = total.get(owner, 0.0) + AROUND * score
        owned.append(_weighed(cut, total, found))
    return owned


def _cut_scores(cut: Cut, index: Index) -> tuple[dict[str, float], list[Found]]:
    words = stems(cut.text)
    found = find(words, index)
    of_object = set(stems(f"{cut.verb} {cut.object}"))
    of_purpose = set(stems(cut.purpose)) - of_object
    scores: dict[str, float] = {}
    for one in found:
        spanned = set(words[one.start : one.end])
        factor = 1.0
        if spanned <= of_object:
            factor = IN_OBJECT
        elif spanned <= of_purpose:
            factor = IN_PURPOSE
        for owner, count in one.counts.items():
            scores[owner] = scores.get(owner, 0.0) + factor * count
    return scores, found


def _scores(found: Sequence[Found], factor: float) -> dict[str, float]:
    scores: dict[str, float] = {}
    for one in found:
        for owner, count in one.counts.items():
            scores[owner] = scores.get(owner, 0.0) + factor * count
    return scores


def _weighed(cut: Cut, scores: dict[str, float], found: Sequence[Found]) -> Owned:
    ranked = sorted(scores.items(), key=lambda one: (-one[1], one[0]))
    if not ranked or ranked[0][1] < ENOUGH:
        return Owned(cut, "", 0.0, "nothing in it shows whose it is", (), scores)
    shares = _shares(scores)
    best = ranked[0][0]
    others = tuple(
        Alternative(owner=owner, confidence=round(shares[owner], 2))
        for owner, _ in ranked[1 : 1 + ALTERNATIVES]
        if shares[owner] >= LEAST_ALTERNATIVE
    )
    telling = max(
        (one for one in found if best in one.counts),
        key=lambda one: one.counts[best],
        default=None,
    )
    why = (
        f'"{telling.phrase}" is work of {best}' if telling else f"what stands around it is {best}'s"
    )
    return Owned(cut, best, round(shares[best], 2), why, others, scores)


def _shares(scores: dict[str, float]) -> dict[str, float]:
    """Scores as shares of one; an owner without any stands beside them with a score of nothing."""
    raised = {owner: math.exp(score / SHARPNESS) for owner, score in scores.items()}
    whole = sum(raised.values()) + 1.0
    return {owner: one / whole for owner, one in raised.items()}
