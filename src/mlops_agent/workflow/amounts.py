"""Numbers with their units, read from what people write: "2 million a day", "$40 per missed fraud".

The patterns are data (`vocabulary/plan/amounts.toml`). A number counts only with the words that say
what it counts; one without them means nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mlops_agent.vocabulary.plan import amount_patterns

_DAYS = {"s": 1 / 86400, "m": 1 / 1440, "h": 1 / 24, "d": 1.0, "n": 1.0, "w": 7.0}
_LONGER = {"month": 30.0, "year": 365.0}
_EACH = {"nightly": "d", "daily": "d", "hourly": "h", "weekly": "w"}
_A_SECOND = frozenset({"rps", "qps", "tps", "req/s", "requests/s"})
_SHARES = frozenset({"positives", "availability", "error-rate", "canary"})
_PART = re.compile(r"@(\w+)@")
_COST = "cost"


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in its base unit, and its place in the text (half-open positions).

    Volumes are per day, shares of 1, latency in milliseconds, rollback in minutes, other times in
    days. `sign` is the currency of a cost.
    """

    kind: str
    value: float
    start: int
    end: int
    sign: str = ""


def amounts(text: str) -> list[Amount]:
    """All the amounts of a text, in order of their places; at one place the longest counts."""
    found = sorted(_found(text), key=lambda one: (one.start, -one.end))
    kept: dict[tuple[str, int], Amount] = {}
    for one in found:
        kept.setdefault((one.kind, one.start), one)
    return list(kept.values())


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str], ...]]:
    words = amount_patterns()

    def filled(pattern: str) -> str:
        while _PART.search(pattern):
            pattern = _PART.sub(lambda part: words.parts[part[1]], pattern)
        return pattern

    return {
        kind: tuple(re.compile(filled(one), re.IGNORECASE) for one in patterns)
        for kind, patterns in words.amounts.items()
    }


def _found(text: str) -> Iterator[Amount]:
    for kind, patterns in _patterns().items():
        for pattern in patterns:
            for match in pattern.finditer(text):
                amount = _cost(match) if kind == _COST else _plain(kind, match)
                if amount is not None:
                    yield amount


def _plain(kind: str, match: re.Match[str]) -> Amount:
    groups = match.groupdict()
    number = _number(match["n"], groups.get("x"))
    unit = (groups.get("unit") or "").lower()
    if kind in _SHARES:
        number /= 100
    elif kind == "volume":
        number /= _days(unit)
    elif kind == "latency":
        number *= 1 if unit.startswith("m") else 1000
    elif unit:
        number = round(number * _days(unit) * (1440 if kind == "rollback" else 1), 6)
    return Amount(kind, number, match.start(), match.end())


def _cost(match: re.Match[str]) -> Amount | None:
    words = amount_patterns()
    kinds = [
        (found.start(), kind)
        for kind, pattern in words.cost_of.items()
        if (found := re.search(pattern, match["of"], re.IGNORECASE))
    ]
    if not kinds:
        return None
    value = _number(match["n"] or match["n2"], match["x"] or match["x2"])
    said = (match["c"] or match["c2"]).lower().rstrip("s")
    return Amount(min(kinds)[1], value, match.start(), match.end(), words.signs.get(said, said))


def _number(digits: str, scale: str | None) -> float:
    return float(digits.replace(",", "")) * amount_patterns().scales.get((scale or "").lower(), 1)


def _days(unit: str) -> float:
    for name, days in _LONGER.items():
        if unit.startswith(name):
            return days
    if unit.startswith(("ms", "milli")):
        return _DAYS["s"] / 1000
    return _DAYS["s" if unit in _A_SECOND else _EACH.get(unit, unit[:1])]
