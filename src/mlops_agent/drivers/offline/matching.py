"""Which findings a request speaks of: one (or several that it asks for together), a tie, or none.

First the rule, then the place. A rule is named by its id, its name, or most of a phrase that people
say for its fault (`asks`); words from here and there only suggest it. Words weigh by how few rules
share them (inverse document frequency, Sparck Jones 1972) over the whole catalogue, so a request
for a fault that is not here does not drift to one that is. A place is named by path, path:line,
fingerprint or the words that tell one finding from another. Below that nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mlops_agent.drivers.offline.scores import (
    clear_leaders,
    names_fault,
    rule_scores,
    tell_apart,
)
from mlops_agent.drivers.offline.words import ALL_WORDS, ALONE, stems_of, words
from mlops_agent.risks.rule import Rule
from mlops_agent.tools.risks import ListedFinding

_RULE_ID = re.compile(r"\b[A-Za-z]{3}\d{3}\b")
_MIN_PRINT = 8
_NEAR = 3
_COUNTED = frozenset({"find", "place", "occurrenc", "file", "them"})
_NO_WORD = re.compile(r"[/_\d-]")


@dataclass(frozen=True, slots=True)
class Matched:
    """The findings to deal with. `named`: the request names the fault, not only its place."""

    findings: tuple[ListedFinding, ...]
    named: bool
    why: str


@dataclass(frozen=True, slots=True)
class Tied:
    """Findings between which the request does not decide."""

    findings: tuple[ListedFinding, ...]
    named: bool
    why: str


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Nothing that the audit found is what the request speaks of."""

    why: str


Match = Matched | Tied | Unmatched


def match(text: str, findings: Sequence[ListedFinding], rules: Mapping[str, Rule]) -> Match:
    """Match a request to the standing findings.

    Args:
        text: the request.
        findings: the audit's findings that are not suppressed.
        rules: all rules by id, also those that found nothing.
    """
    if not findings:
        return Unmatched("the audit finds nothing in this repository")
    printed = _by_print(text, findings)
    if printed:
        return Matched(tuple(printed), named=True, why="the request gives its fingerprint")
    placed = _by_place(text, findings)
    ids = _named_rules(text, rules)
    if ids:
        chosen = [finding for finding in placed or findings if finding.rule in ids]
        if not chosen:
            where = "there" if placed else "in this repository"
            return Unmatched(f"the audit finds no {' or '.join(sorted(ids))} {where}")
        return _settle(text, chosen, named=True, why=f"the request names {', '.join(sorted(ids))}")
    return _by_words(text, findings, placed, rules)


def _by_words(
    text: str,
    findings: Sequence[ListedFinding],
    placed: Sequence[ListedFinding],
    rules: Mapping[str, Rule],
) -> Match:
    scores = rule_scores(text, rules)
    named = {name for name in scores if names_fault(text, rules[name], rules)}
    leaders = [name for name in clear_leaders(scores) if name in named]
    if placed and not leaders:
        return _settle(text, placed, named=False, why="the request names the place")
    if not leaders and not named:
        return Unmatched(_loosely(clear_leaders(scores), findings, rules))
    chosen = [finding for finding in placed or findings if finding.rule in leaders]
    if chosen:
        return _settle(
            text, chosen, named=True, why=f"the request's words fit {_told(leaders, rules)}"
        )
    others = [finding for finding in placed or findings if finding.rule in named]
    told = f"the request reads like {_told(leaders or sorted(named), rules)}"
    if others:
        best = tell_apart(text, others)
        why = f"{told}, which the audit does not find here, and less like what it does find"
        return Tied(tuple(best), True, why)
    return Unmatched(f"{told}, and the audit does not find that here")


def _loosely(
    leaders: Sequence[str], findings: Sequence[ListedFinding], rules: Mapping[str, Rule]
) -> str:
    if not leaders:
        return "the request's words fit none of the faults that the rules know"
    told = f"the request shares words with {_told(leaders, rules)}, too few to act on"
    near = next((finding for finding in findings if finding.rule in leaders), None)
    if near is None:
        return told
    return f"{told}; if that is meant, ask for `Fix {near.rule} at {near.path}:{near.line}`"


def _told(names: Sequence[str], rules: Mapping[str, Rule]) -> str:
    return ", ".join(f"{name} ({rules[name].name})" for name in names)


def _settle(text: str, chosen: Sequence[ListedFinding], *, named: bool, why: str) -> Match:
    if len(chosen) == 1:
        return Matched(tuple(chosen), named, why)
    same_rule = len({finding.rule for finding in chosen}) == 1
    if same_rule and _asks_for_all(text, chosen):
        return Matched(tuple(chosen), named, f"{why}, and asks for all of them")
    best = tell_apart(text, chosen)
    if len(best) == 1:
        return Matched(tuple(best), named, f"{why}, and its words tell this place from the others")
    return Tied(tuple(best), named, f"{why}, and {len(best)} findings fit alike")


def _asks_for_all(text: str, chosen: Sequence[ListedFinding]) -> bool:
    """Whether an "all" or "each" in the request counts what these findings speak of."""
    told = stems_of(t for f in chosen for t in (f.message, f.name, f.path, f.rule)) | _COUNTED
    said = words(text)
    for place, word in enumerate(said):
        if word in ALONE or (
            word in ALL_WORDS and stems_of(said[place + 1 : place + 1 + _NEAR]) & told
        ):
            return True
    return False


def _by_print(text: str, findings: Sequence[ListedFinding]) -> list[ListedFinding]:
    given = {word.lower() for word in re.findall(r"\b[0-9A-Fa-f]{8,64}\b", text)}
    return [
        finding
        for finding in findings
        if any(finding.fingerprint.startswith(word) for word in given if len(word) >= _MIN_PRINT)
    ]


def _named_rules(text: str, rules: Mapping[str, Rule]) -> set[str]:
    ids = {word.upper() for word in _RULE_ID.findall(text)} & set(rules)
    spoken = " ".join(words(text))
    return ids or {
        rule.id for rule in rules.values() if f" {' '.join(words(rule.name))} " in f" {spoken} "
    }


def _by_place(text: str, findings: Sequence[ListedFinding]) -> list[ListedFinding]:
    """Findings whose place the request writes: the line, else the file, its name, or a folder."""
    ways: tuple[Callable[[ListedFinding], list[str]], ...] = (
        lambda finding: [f"{finding.path}:{finding.line}"],
        lambda finding: [finding.path],
        lambda finding: [finding.path.rsplit("/", 1)[-1]],
        lambda finding: _folders(finding.path),
    )
    for way in ways:
        placed = [f for f in findings if any(_mentions(text, name) for name in way(f))]
        if placed:
            return placed
    return []


def _folders(path: str) -> list[str]:
    """The folders above a file, by names that cannot be taken for words of a sentence."""
    parts = path.split("/")[:-1]
    ways = [
        "/".join(parts[start:end])
        for start in range(len(parts))
        for end in range(start + 1, len(parts) + 1)
    ]
    return [way for way in ways if _NO_WORD.search(way)]


def _mentions(text: str, path: str) -> bool:
    return re.search(rf"(?<![\w./-]){re.escape(path)}(?![\w-]|/\w|\.\w)", text) is not None
