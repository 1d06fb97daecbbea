"""A figure that is promised, what was measured, and whether it is held; figures as a table.

A figure that could not be measured says why and counts as neither held nor missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `held` is None for what is measured without a target, or skipped."""

    name: str
    target: str
    measured: str
    held: bool | None


def skipped(name: str, target: str, why: str) -> Figure:
    """A figure that this machine cannot measure."""
    return Figure(name, target, f"not measured: {why}", None)


def table(figures: Sequence[Figure]) -> str:
    """The figures as Markdown."""
    lines = ["| figure | target | measured | held |", "|---|---|---|---|"]
    for figure in figures:
        held = {True: "yes", False: "**no**", None: ""}[figure.held]
        lines.append(f"| {figure.name} | {figure.target} | {figure.measured} | {held} |")
    return "\n".join(lines)


def verdict(figures: Sequence[Figure]) -> int:
    """The exit code: 1 when a figure is missed."""
    return 1 if any(figure.held is False for figure in figures) else 0


def show(figures: Sequence[Figure]) -> int:
    """Print the table and return the exit code."""
    print(table(figures))
    return verdict(figures)
