"""Quality metrics by the ways in which people and programs write them.

Owns recognising a metric in a text or an identifier; what is derived from it is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mlops_agent.vocabulary.plan import MetricWord, metric_words

_BEFORE, _AFTER = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric as it is named here, and where in the text it stands (half-open positions)."""

    name: str
    word: MetricWord
    start: int
    end: int

    @property
    def lower_is_better(self) -> bool:
        """Whether less of it is better."""
        return self.word.better == "lower"


def metrics_in(text: str) -> list[Metric]:
    """The metrics that a text names, in its order; the more special hides what it contains."""
    found: list[Metric] = []
    for word, pattern in _patterns():
        for match in pattern.finditer(text):
            if not any(one.start < match.end() and match.start() < one.end for one in found):
                found.append(Metric(_name(word, match), word, match.start(), match.end()))
    return sorted(found, key=lambda one: one.start)


def metric_named(name: str) -> Metric | None:
    """The metric that an identifier or key names ("eval/roc_auc", "min_auc"), or None."""
    return next(iter(metrics_in(name.replace("__", " "))), None)


@cache
def _patterns() -> tuple[tuple[MetricWord, re.Pattern[str]], ...]:
    return tuple(_compiled())


def _compiled() -> Iterator[tuple[MetricWord, re.Pattern[str]]]:
    for word in metric_words():
        yield word, re.compile(_BEFORE + word.says + _AFTER, re.IGNORECASE)


def _name(word: MetricWord, match: re.Match[str]) -> str:
    return word.name.format(k=match["k"]) if "{k}" in word.name else word.name
