"""The numbers of a short text in base units, to tell whether two answers say the same.

Owns times, money, shares and bare numbers. It does not say what a number is about.
"""

from __future__ import annotations

import re

_SECONDS = {
    "ms": 0.001,
    "msec": 0.001,
    "millisecond": 0.001,
    "s": 1.0,
    "sec": 1.0,
    "second": 1.0,
    "min": 60.0,
    "minute": 60.0,
    "h": 3600.0,
    "hr": 3600.0,
    "hour": 3600.0,
    "d": 86400.0,
    "day": 86400.0,
    "week": 604800.0,
    "month": 2629800.0,
    "quarter": 7889400.0,
    "year": 31557600.0,
}
_OFTEN = {
    "hourly": "hour",
    "daily": "day",
    "nightly": "day",
    "night": "day",
    "morning": "day",
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "yearly": "year",
    "annually": "year",
}
_EVERY = re.compile(
    r"\b(?:(?:every|each|once an?|per) (hour|day|night|morning|week|month|quarter|year)"
    rf"|({'|'.join(name for name in _OFTEN if name.endswith('ly'))}))\b",
    re.IGNORECASE,
)
_SIGNS = {"€": "eur", "euro": "eur", "$": "usd", "dollar": "usd", "£": "gbp", "pound": "gbp"}
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6}
_MONEY = r"€|\$|£|eur|usd|gbp|euro|dollar|pound"
_UNITS = "|".join(sorted(_SECONDS, key=len, reverse=True))
_QUANTITY = re.compile(
    r"(?<![\w.@])(?P<clock>\d{1,2}:\d{2})\b"
    rf"|(?:(?P<sign>{_MONEY})\s?)?(?<![\w.,@])(?P<number>\d+(?:[.,]\d+)*)"
    r"(?:\s?(?P<scale>k|thousand|million)\b)?"
    r"(?:\s?(?:(?P<percent>%|percent|per cent)"
    rf"|(?P<after>{_MONEY})s?(?!\w)|(?P<unit>{_UNITS})s?\b))?",
    re.IGNORECASE,
)

Quantity = tuple[str, float]
"""What is counted ("time" in seconds, "clock" in hours, "share", a currency, "" for a bare number),
and how much."""


def quantities(text: str) -> frozenset[Quantity]:
    """All quantities of a text; an empty set where it has no number."""
    found = {_quantity(match) for match in _QUANTITY.finditer(text)}
    often = {(match[1] or match[2]).lower() for match in _EVERY.finditer(text)}
    return frozenset(found | {("time", _SECONDS[_OFTEN.get(word, word)]) for word in often})


def disagree(one: str, other: str) -> bool:
    """Whether two texts give different numbers for the same kind of quantity."""
    first, second = quantities(one), quantities(other)
    for kind in {name for name, _ in first} & {name for name, _ in second}:
        here = {value for name, value in first if name == kind}
        there = {value for name, value in second if name == kind}
        # One of two may say more (a second percentile); what they share has to be the same.
        if not here & there:
            return True
    return False


def _quantity(match: re.Match[str]) -> Quantity:
    if clock := match["clock"]:
        hours, _, minutes = clock.partition(":")
        return "clock", int(hours) + int(minutes) / 60
    number = _number(match["number"]) * _SCALES.get((match["scale"] or "").lower(), 1)
    if match["percent"]:
        return "share", number / 100
    sign = (match["sign"] or match["after"] or "").lower()
    if sign:
        return _SIGNS.get(sign, sign), number
    unit = (match["unit"] or "").lower()
    return ("time", round(number * _SECONDS[unit], 6)) if unit else ("", number)


def _number(digits: str) -> float:
    whole = re.sub(r",(?=\d{3}(?:\D|$))", "", digits).replace(",", ".")
    head, _, tail = whole.rpartition(".")
    return float(f"{head.replace('.', '')}.{tail}") if head else float(whole)
