"""What a judgement is made of: an effect and a reason for each part of a command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mlops_agent.contracts.policy import EFFECTS, Effect

GRAVITY = {effect: rank for rank, effect in enumerate(EFFECTS)}
SHOWN = 160


@dataclass(frozen=True, slots=True)
class Part:
    """One simple command, redirection or assignment: its text, what it would do, and why so."""

    command: str
    effect: Effect
    reason: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a whole command line would do: the worst of its parts, and that part's reason."""

    effect: Effect
    reason: str
    parts: tuple[Part, ...]

    @property
    def worst(self) -> Part | None:
        """The first part that is as grave as the whole, or None for an empty line."""
        return next((part for part in self.parts if part.effect == self.effect), None)


def graver(one: Effect, other: Effect) -> Effect:
    """The graver of two effects."""
    return one if GRAVITY[one] >= GRAVITY[other] else other


def graver_part(one: Part, other: Part) -> Part:
    """The graver of two parts; the first where they are alike."""
    return other if GRAVITY[other.effect] > GRAVITY[one.effect] else one


def together(parts: Sequence[Part]) -> Judgement:
    """The judgement of a line with these parts."""
    worst = max(parts, key=lambda part: GRAVITY[part.effect], default=None)
    if worst is None:
        return Judgement("read_only", "it runs nothing", ())
    return Judgement(worst.effect, worst.reason, tuple(parts))


def shortened(text: str) -> str:
    """A command's text as it is shown: one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 3]}..."
