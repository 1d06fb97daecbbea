"""Whose an ask is: its object decides, then the rest of it, then what stands around it.

Owns the weighing of the phrases that were found. No evidence means no owner, not the likeliest.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mlops_agent.boundary.naming import named_models
from mlops_agent.boundary.phrases import Found, Index, find, standard_index
from mlops_agent.boundary.reading import Cut, Reading
from mlops_agent.boundary.stemming import plain_words, stem, stems
from mlops_agent.contracts.handoff import OURS
from mlops_agent.contracts.routing import Alternative

NOBODY = "nobody"
"""The territory of what is no engineer's of running systems."""
NAMED_MODEL = 2.0
IN_OBJECT = 1.3
IN_PURPOSE = 0.4
AROUND = 0.35
"""What a phrase counts in the verb's object, in a purpose, and around the ask."""
ENOUGH = 1.5
"""The least score that shows an owner."""
APART = 2.4
"""The least score of an ask's own words that gives it an owner beside the request's main one."""
AHEAD = 1.0
"""By as much it has to be ahead of the main one in those words."""
SHARPNESS = 1.2
ALTERNATIVES = 3
LEAST_ALTERNATIVE = 0.05

Scores = dict[str, float]


@dataclass(frozen=True, slots=True)
class Owned:
    """An ask's owner (empty where none is shown), how sure that is (0 to 1), and why in words."""

    cut: Cut
    owner: str
    confidence: float
    why: str
    alternatives: tuple[Alternative, ...]
    scores: Scores


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a stretch of text says of whose it is."""

    scores: Scores
    found: tuple[Found, ...]


def evidence(text: str, index: Index, of_object: str = "", of_purpose: str = "") -> Evidence:
    """What a text says, where what is in the object counts more and in a purpose less."""
    words = plain_words(text)
    found = find([stem(word) for word in words], index)
    hidden = [one for one in found if one.end - one.start > 1 and OURS not in one.counts]
    for start, end in named_models(words):
        if not any(one.start <= start and end <= one.end for one in hidden):
            name = " ".join(words[start:end])
            found.append(Found(name, start, end, {OURS: NAMED_MODEL}))
    decisive = set(stems(of_object))
    explaining = set(stems(of_purpose)) - decisive
    scores: Scores = {}
    seen: set[str] = set()
    for one in found:
        if one.phrase in seen:
            continue
        seen.add(one.phrase)
        spanned = {stem(word) for word in words[one.start : one.end]}
        factor = 1.0
        if spanned <= decisive:
            factor = IN_OBJECT
        elif spanned <= explaining:
            factor = IN_PURPOSE
        for owner, count in one.counts.items():
            scores[owner] = scores.get(owner, 0.0) + factor * count
    return Evidence(scores, tuple(found))


def own(reading: Reading, index: Index | None = None) -> list[Owned]:
    """The owner of each cut of a reading, in order."""
    index = index or standard_index()
    around = evidence(" \n. ".join(reading.context), index).scores
    cuts = [
        evidence(cut.text, index, f"{cut.verb} {cut.object}", cut.purpose) for cut in reading.cuts
    ]
    whole = _sum([*(one.scores for one in cuts), _scaled(around, AROUND)])
    main = _best(whole)
    owned: list[Owned] = []
    for cut, said in zip(reading.cuts, cuts, strict=True):
        beside = _sum(one.scores for one in cuts if one is not said)
        total = _sum([said.scores, _scaled(around, AROUND), _scaled(beside, AROUND)])
        owner = _owner(said.scores, total, main)
        owned.append(_told(cut, owner, total, said.found))
    return owned


def _owner(said: Scores, total: Scores, main: str) -> str:
    own_best = _best(said)
    if own_best and own_best != main:
        strong = said[own_best] >= APART
        if strong and said[own_best] - said.get(main, 0.0) >= AHEAD:
            return own_best
    return main if total.get(main, 0.0) >= ENOUGH else ""


def _best(scores: Scores) -> str:
    return max(sorted(scores), key=lambda owner: scores[owner], default="")


def _sum(parts: Iterable[Scores]) -> Scores:
    whole: Counter[str] = Counter()
    for part in parts:
        for owner, score in part.items():
            whole[owner] += score  # pyright: ignore[reportArgumentType]
    return dict(whole)


def _scaled(scores: Scores, factor: float) -> Scores:
    return {owner: factor * score for owner, score in scores.items()}


def _told(cut: Cut, owner: str, total: Scores, found: Sequence[Found]) -> Owned:
    if not owner:
        return Owned(cut, "", 0.0, "nothing in it shows whose it is", (), total)
    shares = _shares(total)
    ranked = sorted(shares, key=lambda one: (-shares[one], one))
    others = tuple(
        Alternative(owner=one, confidence=round(shares[one], 2))
        for one in ranked
        if one != owner and shares[one] >= LEAST_ALTERNATIVE
    )
    telling = max(
        (one for one in found if owner in one.counts),
        key=lambda one: one.counts[owner],
        default=None,
    )
    why = f'"{telling.phrase}" is {owner}\'s' if telling else f"what stands around it is {owner}'s"
    return Owned(cut, owner, round(shares[owner], 2), why, others[:ALTERNATIVES], total)


def _shares(scores: Scores) -> Scores:
    """Scores as shares of one, beside an owner with no score at all."""
    raised = {owner: math.exp(score / SHARPNESS) for owner, score in scores.items()}
    whole = sum(raised.values()) + 1.0
    return {owner: one / whole for owner, one in raised.items()}
