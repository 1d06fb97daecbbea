"""What is not done, whoever asks: harm and deceit, and unsafe shortcuts within work of ours.

Owns finding them in the caller's own words; pasted text is data and asks for nothing. What it
declines no model turns into a yes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from mlops_agent.boundary.decided import Refused
from mlops_agent.boundary.harming import leaning_to_harm
from mlops_agent.boundary.leaning import Learned, harmfulness, learned
from mlops_agent.boundary.phrases import Found, Index, find, index_over
from mlops_agent.boundary.reading import Cut
from mlops_agent.boundary.stemming import stems
from mlops_agent.vocabulary.prepared import listed
from mlops_agent.vocabulary.territories import listed_phrases

FILE = Path(__file__).with_name("refusals.toml")
STRONG, ACT, AIM = 3.0, 2.0, 1.0
GUISE = "guise"
TOLD_ACT = 1.0
"""What an act counts that is told of and not asked for."""
HARMFUL = 3.0
"""A strong phrase, or an act with an aim, or an act whose other words lean to harm."""
SLACK = 0.75
"""So much against it says nothing: an act with an aim need not lean to harm."""
SECOND = 1.0
"""What a second phrase of the same kind adds."""
DEFENCE = 2.0
"""What counts against it where an ask is to keep others from it."""
FIRST_WORDS, LAST_WORDS = 1_600, 800
"""Of a long request so many words are weighed, about as much as of it is read."""
BLOCK, OVERLAP = 240, 20
"""Phrases are looked for in so many words at a time: it costs by the square of what is found."""
LEANS = 0.6
"""From which on what a sentence that asks leans to is enough by itself."""
LEANS_NOT = -0.5
"""Up to which the phrases that were found are not enough: all that it says speaks against harm."""
WHY_LEANING = (
    "it would mislead or wrong somebody, by all that it says; what is so can be reported, and "
    "those whom it concerns can be told"
)
MOST_ORDERS = 100
"""As many such clauses are looked at."""
_CLAUSES = re.compile(r"[.!?;:,\n]+")
_ORDER = re.compile(
    r"\W*(?:(?:please|pls|just|and|then|also|so|oh|but|can you|could you|you can|we can|let'?s)"
    r"\s+)*(?:skip|leave out|bypass|ignore|drop|turn|switch|disable|remove|omit|waive|forget|mute"
    r"|delete)\b|.*\b(?:can|will) (?:follow|come later|be given later)\b",
    re.IGNORECASE,
)
"""A clause that orders what is left out, wherever it stands."""
LEAST_LEAN, MOST_LEAN = -1.5, 2.0
"""As far as what single words lean to counts against and for it."""


@dataclass(frozen=True, slots=True)
class _Refusals:
    harms: tuple[tuple[str, Index], ...]
    shortcuts: tuple[tuple[str, str, Index], ...]
    guards: Index
    defence: Index


@cache
def _refusals() -> _Refusals:
    raw: dict[str, Any] = listed(FILE)
    return _Refusals(
        tuple(
            (one["why"], _index(one["strong"], one["act"], one.get("guise", ""), one["aim"]))
            for one in raw["harm"]
        ),
        tuple((one["what"], one["safe"], _index(one["signs"])) for one in raw["shortcut"]),
        _index(raw["guards"]),
        _index(raw["defence"]),
    )


def _index(strong: str, act: str = "", guise: str = "", aim: str = "") -> Index:
    levels = (
        ("strong", STRONG, strong),
        ("act", ACT, act),
        (GUISE, ACT, guise),
        ("aim", AIM, aim),
    )
    return index_over(
        (name, count, phrase)
        for name, count, phrases in levels
        for phrase in listed_phrases(phrases, FILE)
    )


def harm(said: str, asked: str, known: Learned | None = None) -> str:
    """Why a request is declined for what it would do, in a line; empty where it is not.

    What was found is weighed with what its words lean to: neither a single phrase nor the leaning
    of single words is enough for a doubtful one.

    Args:
        said: the caller's own words, all of them.
        asked: those of its asks; what is only told ("it looks better than it is") is no act.
        known: what single words lean to; what is shipped where None.
    """
    leaning = leaning_to_harm(said, asked)
    words, of_asks = _ends(stems(said)), _ends(stems(asked))
    leans = harmfulness(words, known or learned())
    lean = max(LEAST_LEAN, min(MOST_LEAN, leans if leans > 0 else min(0.0, leans + SLACK)))
    if _located(of_asks, _refusals().defence):
        lean -= DEFENCE
    together: dict[str, float] = {}
    for why, index in _refusals().harms:
        asked_for = _located(of_asks, index)
        kinds = _wanted(_kinds(_located(words, index)), _kinds(asked_for))
        if leaning <= LEANS_NOT and "strong" not in kinds:
            continue
        again = SECOND if _twice(asked_for) else 0.0
        for kind, count in kinds.items():
            together[kind] = max(together.get(kind, 0.0), count)
        for one in (kinds, together):
            if kinds.keys() - {"aim"} and sum(one.values()) + again + lean >= HARMFUL:
                return why
    return WHY_LEANING if leaning >= LEANS else ""


def _ends(words: list[str]) -> list[str]:
    if len(words) <= FIRST_WORDS + LAST_WORDS:
        return words
    return [*words[:FIRST_WORDS], *words[-LAST_WORDS:]]


def _located(words: Sequence[str], index: Index) -> list[Found]:
    """The phrases in a text of any length."""
    if len(words) <= BLOCK:
        return find(words, index)
    found: dict[tuple[int, str], Found] = {}
    for start in range(0, len(words), BLOCK - OVERLAP):
        for one in find(words[start : start + BLOCK], index):
            found.setdefault((start + one.start, one.phrase), one)
    return list(found.values())


def _wanted(kinds: dict[str, float], wanted: Mapping[str, float]) -> dict[str, float]:
    """What kinds were found, with what is only told and not `wanted` counting less."""
    if GUISE not in wanted:
        kinds.pop(GUISE, None)
    if "act" in kinds and "act" not in wanted:
        kinds["act"] = TOLD_ACT
    return kinds


def _twice(asked_for: Sequence[Found]) -> bool:
    """Whether the asks hold two phrases that say more than an aim, all of one kind."""
    telling = [one for one in asked_for if one.counts.keys() - {"aim"}]
    kinds = {kind for one in telling for kind in one.counts} - {"aim"}
    return len(telling) > 1 and len(kinds) == 1


def states_harm(text: str) -> bool:
    """Whether a text holds what is declined, whatever its other words lean to."""
    words = stems(text)
    harms = (index for _, index in _refusals().harms)
    return any(sum(_kinds(find(words, one)).values()) >= HARMFUL for one in harms)


def _kinds(found: Iterable[Found]) -> dict[str, float]:
    kinds: dict[str, float] = {}
    for one in found:
        for kind, count in one.counts.items():
            kinds[kind] = max(kinds.get(kind, 0.0), count)
    return kinds


def shortcuts(cuts: Sequence[Cut], said: str = "") -> list[Refused]:
    """The unsafe shortcuts that are wanted, each once, with what would make it safe.

    Args:
        cuts: the asks of ours.
        said: the caller's own words, where an order that was not cut out may stand too.
    """
    refusals = _refusals()
    texts = [cut.text for cut in cuts if cut.form != "symptom"]
    ordered = dict.fromkeys(one for one in _CLAUSES.split(said) if cuts and _ORDER.match(one))
    found: dict[str, Refused] = {}
    for text in [*texts, *list(ordered)[:MOST_ORDERS]]:
        words = stems(text)
        if find(words, refusals.guards):
            continue
        for what, safe, index in refusals.shortcuts:
            if find(words, index):
                wanted = " ".join(text.split())
                found.setdefault(what, Refused(what=f"{what}: {wanted}", why=safe))
    return list(found.values())
