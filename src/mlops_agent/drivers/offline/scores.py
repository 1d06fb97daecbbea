"""Numbers behind a match: how well a request's words fit each rule and each finding.

The thresholds were set on requests written for the tests, both fitting and foreign ones.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from mlops_agent.drivers.offline.words import stems, stems_of
from mlops_agent.risks.rule import Rule
from mlops_agent.tools.risks import ListedFinding

MIN_WORDS = 2
"""Different stems of a rule that a request must hold before it can mean that rule."""
MIN_SCORE = 3.0
LEAD = 1.2
"""How many times the next best score a leader must have; closer ones tie."""
MIN_COVER = 2 / 3
"""The share of one phrase of `asks`, by weight, that a request must hold to name the fault."""
_IDENTIFIER = re.compile(r"[_:/|]")
PHRASE_BONUS = 1.0
"""Added where the request holds a whole phrase of `asks`, for each word beyond its first."""


def rule_scores(text: str, rules: Mapping[str, Rule]) -> dict[str, float]:
    """Score every rule against a request; rules below the evidence threshold are left out."""
    said = stems(text)
    known = {rule.id: stems_of((*rule.asks, rule.name)) for rule in rules.values()}
    weights = _rarity(list(known.values()))
    scores: dict[str, float] = {}
    for rule in rules.values():
        shared = said & known[rule.id]
        score = sum(weights[word] for word in shared) + _phrases(said, rule)
        if len(shared) >= MIN_WORDS and score >= MIN_SCORE:
            scores[rule.id] = score
    return scores


def names_fault(text: str, rule: Rule, rules: Mapping[str, Rule]) -> bool:
    """Whether a request says most of one of a rule's phrases, not only words from here and there.

    Words that are rare among the rules weigh more, as in `rule_scores`. An identifier is said only
    as it is written: "workflow_run" is not the words workflow and run.
    """
    said = stems(text)
    weights = _rarity([stems_of((*one.asks, one.name)) for one in rules.values()])
    return any(
        _weight(said & phrase, weights) >= MIN_COVER * _weight(phrase, weights)
        for asked in (*rule.asks, rule.name)
        if (phrase := stems(asked)) and (not _IDENTIFIER.search(asked) or asked in text)
    )


def _weight(words: frozenset[str], weights: Mapping[str, float]) -> float:
    return sum(weights[word] for word in words)


def clear_leaders(scores: Mapping[str, float]) -> list[str]:
    """The best rules: those that the best one does not beat by LEAD."""
    if not scores:
        return []
    best = max(scores.values())
    return sorted(name for name, score in scores.items() if score * LEAD > best)


def tell_apart(text: str, findings: Sequence[ListedFinding]) -> list[ListedFinding]:
    """The findings that fit a request's words best, by words which not all of them share.

    Words of the path come first: they say where, and a request that says so means it.
    """
    said = stems(text)
    leaders = _best(said, findings, [stems(f.path) for f in findings])
    return _best(said, leaders, [stems_of((f.message, f.smallest_fix)) for f in leaders])


def _best(
    said: frozenset[str], findings: Sequence[ListedFinding], known: Sequence[frozenset[str]]
) -> list[ListedFinding]:
    weights = _rarity(known)
    everywhere = known[0].intersection(*known[1:])
    scores = [sum(weights[word] for word in (said & mine) - everywhere) for mine in known]
    best = max(scores)
    if best == 0:
        return list(findings)
    return [f for f, score in zip(findings, scores, strict=True) if score * LEAD > best]


def _phrases(said: frozenset[str], rule: Rule) -> float:
    whole = [phrase for phrase in map(stems, rule.asks) if len(phrase) > 1 and phrase <= said]
    return PHRASE_BONUS * max((len(phrase) - 1 for phrase in whole), default=0)


def _rarity(documents: Sequence[frozenset[str]]) -> dict[str, float]:
    counts = Counter(word for document in documents for word in document)
    return {word: math.log(1 + len(documents) / count) for word, count in counts.items()}
