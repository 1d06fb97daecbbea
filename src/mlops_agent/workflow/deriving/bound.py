"""A threshold with where it comes from, and how numbers are written in it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mlops_agent.contracts.gates import Evidence

RISK = 0.05
POWER = 0.8
"""One-sided error and power of the comparisons, where a control has no other."""
_MINUTES = ((1440.0, "day"), (60.0, "hour"), (1.0, "minute"))


@dataclass(frozen=True, slots=True)
class Bound:
    """A threshold, how it was found, and whether a figure in it had to be assumed.

    `wanted` says what would replace the assumption; empty where nothing is assumed.
    """

    threshold: str
    derivation: str
    assumed: bool = False
    wanted: str = ""
    evidence: tuple[Evidence, ...] = ()


def rounded(value: float, digits: int = 2) -> float:
    """A number to so many significant digits."""
    if value == 0:
        return 0.0
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


def raised(value: float, digits: int = 1) -> float:
    """A positive number to so many significant digits, rounded up: noise is not called signal."""
    step = 10.0 ** (math.floor(math.log10(value)) - digits + 1)
    return rounded(math.ceil(value / step - 1e-9) * step, digits + 1)


def shown(value: float, digits: int = 2) -> str:
    """A number as people write it: 12,000 and 0.048, never 0.04761904."""
    number = rounded(value, max(digits, len(str(int(abs(value))))) if abs(value) >= 1 else digits)
    if number == int(number):
        return f"{int(number):,}"
    return f"{number:,.12f}".rstrip("0").rstrip(".")


def percent(share: float) -> str:
    """A share as a percentage: "0.2 %"."""
    return f"{shown(share * 100)} %"


def lasting(minutes: float) -> str:
    """A time in the largest unit that keeps it at least 1, rounded up: "26 minutes", "3 days"."""
    for length, name in _MINUTES:
        if minutes >= length:
            number = math.ceil(minutes / length - 1e-9)
            # Two hours are more than 61 minutes: what lies between is said in the smaller unit.
            if name != "minute" and number == 2 and minutes < 1.75 * length:
                return lasting_in(minutes, length / (24 if name == "day" else 60))
            return f"{number} {name}" + ("" if number == 1 else "s")
    return "1 minute"


def lasting_in(minutes: float, length: float) -> str:
    """A time in units of so many minutes, rounded up."""
    name = "hours" if length == 60 else "minutes"
    return f"{math.ceil(minutes / length - 1e-9)} {name}"


def money(value: float, sign: str) -> str:
    """An amount of money: "$40", "€5,000"."""
    return f"{sign}{shown(value)}"
