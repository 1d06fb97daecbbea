"""Numbers with their units, read from what people write: "2 million a day", "$40 per missed fraud".

The patterns are data (`vocabulary/plan/amounts.toml`). A number counts only with the words that say
what it counts, within what its kind can be, and where its clause does not take it back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from mlops_agent.vocabulary.plan import amount_patterns

_DAY = 86400.0
_SHARES = frozenset({"positives", "availability", "error-rate", "error-budget", "canary"})
_COUNTS = frozenset({"volume", "volume-other", "holdout", "reference"})
_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_PART = re.compile(r"@(\w+)@")
_COST = "cost"
_OTHER = "-other"
_BUDGET = "error-budget"
_UNITS = ("unit", "unit2", "unit3", "unit4", "unit5")
_CLAUSE = re.compile(
    r"[,:](?=\s)|[;()\n]|[.!?](?=\s|$)|\s[-\u2013\u2014]\s|\b(?:but|while|whereas)\b", re.IGNORECASE
)
_HALF = 50
_WIDE = 100


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in its base unit, and its place in the text (half-open positions).

    Volumes are per day, shares of 1, latency in milliseconds, rollback in minutes, other times in
    days. `sign` is the currency of a cost. A `weak` one is a second choice, a `refused` one none.
    """

    kind: str
    value: float
    start: int
    end: int
    sign: str = ""
    weak: bool = False
    refused: bool = False


def amounts(text: str) -> list[Amount]:
    """All the amounts of a text, in order of their places; at one place the longest counts."""
    return [one for one in read_amounts(text) if not one.refused]


def read_amounts(text: str) -> list[Amount]:
    """The amounts with those whose value or clause refuses them."""
    found = sorted(_found(text), key=lambda one: (one.start, -one.end))
    kept: list[Amount] = []
    for one in found:
        if not any(it.kind == one.kind and one.end <= it.end for it in kept):
            kept.append(one)
    return kept


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str], ...]]:
    kinds = amount_patterns().amounts.items()
    return {kind: tuple(_compiled(one) for one in patterns) for kind, patterns in kinds}


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = amount_patterns().parts
    while _PART.search(pattern):
        pattern = _PART.sub(lambda part: parts[part[1]], pattern)
    return re.compile(pattern, re.IGNORECASE)


def _found(text: str) -> Iterator[Amount]:
    for kind, patterns in _patterns().items():
        for pattern in patterns:
            for match in pattern.finditer(text):
                amount = _cost(match) if kind == _COST else _plain(kind, match)
                if amount is not None:
                    yield _judged(amount, text)


def _judged(amount: Amount, text: str) -> Amount:
    words, clause = amount_patterns(), _clause(text, amount.start, amount.end)
    base = amount.kind.split("-p")[0]
    least, most = words.ranges[base]
    unless = (words.unless["any"], words.unless.get(base, ""))
    refused = not least <= amount.value <= most or any(
        _compiled(one).search(clause) for one in unless if one
    )
    if base == _BUDGET:
        amount = replace(amount, kind="availability", value=round(1 - amount.value, 9))
    other = amount.kind.endswith(_OTHER)
    weaker = words.weaker.get(base.removesuffix(_OTHER), "")
    own = _clause(text, amount.end - 1, amount.end)
    weak = other or (bool(weaker) and _compiled(weaker).search(own) is not None)
    return replace(amount, kind=amount.kind.removesuffix(_OTHER), weak=weak, refused=refused)


def _clause(text: str, start: int, end: int) -> str:
    before = max((m.end() for m in _CLAUSE.finditer(text, max(0, start - 120), start)), default=0)
    after = _CLAUSE.search(text, end)
    return text[max(before, start - 120) : min(after.start() if after else len(text), end + 120)]


def _plain(kind: str, match: re.Match[str]) -> Amount:
    groups = match.groupdict()
    value = _value(kind, groups)
    unit = next((groups[name].lower() for name in _UNITS if groups.get(name)), "")
    if kind in _SHARES:
        value /= 100
    elif kind.startswith("volume"):
        value *= _DAY / (_seconds(unit) * float(groups.get("every") or 1))
    elif kind == "latency":
        value *= _seconds(unit) * 1000
    elif unit:
        value = round(value * _seconds(unit) / (60 if kind == "rollback" else _DAY), 6)
    return _of_percentile(Amount(kind, value, match.start(), match.end()), groups.get("pc") or "")


def _of_percentile(amount: Amount, said: str) -> Amount:
    """A latency with the percentile that it is told for; the middle of all is no limit."""
    if not said or said.lower() == "p95":
        return amount
    if said[0].lower() != "p" or float(said[1:]) <= _HALF:
        return replace(amount, value=-1.0)
    return replace(amount, kind=f"{amount.kind}-{said.lower()}")


def _cost(match: re.Match[str]) -> Amount | None:
    words, groups = amount_patterns(), match.groupdict()
    kinds = [
        (found.start(), kind)
        for kind, pattern in words.cost_of.items()
        if (found := re.search(pattern, match["of"], re.IGNORECASE))
    ]
    if not kinds or min(kinds)[1] == "nothing":
        return None
    value = _counted(
        groups.get("n") or groups.get("n2") or "", groups.get("x") or groups.get("x2") or ""
    )
    said = (groups.get("c") or groups.get("c2") or "").lower().rstrip("s")
    return Amount(min(kinds)[1], value, match.start(), match.end(), words.signs.get(said, said))


def _value(kind: str, groups: dict[str, str | None]) -> float:
    """The number, of a range the end that is safe to plan on."""
    scale = groups.get("x") or ""
    read = _counted if kind in _COUNTS else _number
    high = read(groups.get("n") or groups.get("n2") or "", scale)
    for digits, own in (("lo", "lox"), ("lo2", "lox2")):
        if said := groups.get(digits):
            low = read(said, groups.get(own) or scale)
            if kind not in amount_patterns().lower:
                return max(low, high)
            # "40-50,000" may be 40 or 40,000.
            return min(low, high) if low * _WIDE > high else -1.0
    return high


def _counted(said: str, scale: str) -> float:
    """A number of things or of money: "50.000" is how half of Europe writes 50,000 of them."""
    whole = not scale and _THOUSANDS.fullmatch(said)
    return _number(said.replace(".", "") if whole else said, scale)


def _number(said: str, scale: str) -> float:
    words = amount_patterns()
    counted = words.counts.get(said.lower())
    if counted is None:
        counted = float(_decimal(said))
    return counted * words.scales.get(scale.lower(), 1)


def _decimal(said: str) -> str:
    """Digits as Python reads them: separators of thousands away, a decimal comma a point."""
    whole = re.sub(r"(?<=\d)[,'\u00a0\u202f ](?=\d{3}(?:\D|$))", "", said)
    if whole.count(".") > 1:
        whole = whole.replace(".", "")
    return whole.replace(",", ".")


def _seconds(unit: str) -> float:
    words = amount_patterns().seconds
    return words[unit] if unit in words else words[unit.rstrip("s")]
