"""Numbers of a repository that thresholds can stand on: metrics files, parameters, model cards.

Reads tracked text files by name, line by line, each number with its path and line. A number counts
only under a key that names a metric; nothing is run and nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

from mlops_agent.contracts.gates import Evidence
from mlops_agent.workflow.metrics import Metric, metric_named

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

MOST_FILES = 60
MOST_LINES = 2000
_MEASURED = re.compile(
    r"(?:^|[/_.-])(?:metrics?|scores?|eval\w*|results?|report|summary)[\w.-]*\.(?:json|ya?ml|toml)$",
    re.IGNORECASE,
)
_SET = re.compile(
    r"(?:^|[/_.-])(?:params?|confi?g?s?|settings?|constants?|thresholds?|gates?|promot\w*|quality|training|evaluat\w*)"
    r"[\w.-]*\.(?:ya?ml|toml|json|cfg|ini|py)$",
    re.IGNORECASE,
)
_CARD = re.compile(r"(?:^|/)(?:model[_-]?card|card|readme|model)[\w.-]*\.md$", re.IGNORECASE)
_PAIR = re.compile(
    r"""["']?(?P<key>[A-Za-z][\w./@-]*)["']?\s*(?::\s*(?:int|float)\s*)?[:=]\s*["']?(?P<value>-?\d+(?:\.\d+)?)(?![\w.])"""
)
_CELL = re.compile(
    r"^\|?\s*\**(?P<key>[A-Za-z][\w @().-]*?)\**\s*[|:]\s*\**(?P<value>\d?\.\d+|\d+(?:\.\d+)?\s?%)"
)
_FLOOR = re.compile(r"min|floor|least|threshold|target|required|bound|limit|max", re.IGNORECASE)
_MARGIN = re.compile(r"gain|margin|toler|delta|improve|change|allowed|diff|epsilon", re.IGNORECASE)
_DRIFT = re.compile(r"drift|psi|(?:^|_)ks(?:_|$)|population_stability", re.IGNORECASE)

Role = Literal["measured", "floor", "margin", "drift"]


@dataclass(frozen=True, slots=True)
class Baseline:
    """A number under a key that names a metric: what was measured, or a bound that is set."""

    role: Role
    key: str
    metric: Metric | None
    value: float
    evidence: Evidence


def baselines(lifecycle: Lifecycle) -> list[Baseline]:
    """The baselines of a repository: measured ones first, each file in the order of its lines."""
    found: list[Baseline] = []
    for path in _candidates(lifecycle.tracked):
        lines = lifecycle.facts.text(path).splitlines()[:MOST_LINES]
        if _CARD.search(path):
            found += _of_card(path, lines)
        else:
            found += _of_settings(path, lines, measured=_MEASURED.search(path) is not None)
    order = ("measured", "floor", "margin", "drift")
    return sorted(found, key=lambda one: order.index(one.role))


def _candidates(tracked: tuple[str, ...]) -> list[str]:
    wanted = [
        path
        for path in tracked
        if any(pattern.search(path) for pattern in (_MEASURED, _SET, _CARD))
        and not {"tests", "test", "node_modules", "vendor", "fixtures"}
        & set(PurePosixPath(path).parts)
    ]
    return sorted(wanted, key=lambda path: (len(PurePosixPath(path).parts), path))[:MOST_FILES]


def _of_settings(path: str, lines: list[str], *, measured: bool) -> Iterator[Baseline]:
    for number, line in enumerate(lines, start=1):
        for match in _PAIR.finditer(line):
            key, value = match["key"], float(match["value"])
            role = _role(key, measured=measured)
            metric = metric_named(key)
            if role is not None and (metric is not None or role == "drift" or _of_parent(key)):
                yield Baseline(role, key, metric, value, _place(path, number, line, match))


def _of_parent(key: str) -> bool:
    return re.search(r"metric|gain|quality", key, re.IGNORECASE) is not None and bool(
        _MARGIN.search(key)
    )


def _role(key: str, *, measured: bool) -> Role | None:
    if _DRIFT.search(key):
        return (
            "drift" if re.search(r"thresh|limit|bound|max|alert|psi", key, re.IGNORECASE) else None
        )
    if _MARGIN.search(key):
        return "margin"
    if _FLOOR.search(key):
        return "floor"
    return "measured" if measured else None


def _of_card(path: str, lines: list[str]) -> Iterator[Baseline]:
    for number, line in enumerate(lines, start=1):
        match = _CELL.search(line.strip().lstrip("-* "))
        metric = metric_named(match["key"]) if match else None
        if match and metric:
            share = match["value"].endswith("%")
            value = float(match["value"].rstrip(" %")) / (100 if share else 1)
            role: Role = "floor" if _FLOOR.search(match["key"]) else "measured"
            evidence = Evidence(source="repository", text=line.strip(), path=path, line=number)
            yield Baseline(role, match["key"].strip(), metric, value, evidence)


def _place(path: str, number: int, line: str, match: re.Match[str]) -> Evidence:
    # A file of one long line is quoted by the pair alone.
    text = line.strip() if len(line) <= 160 else match[0]
    return Evidence(source="repository", text=text, path=path, line=number)
