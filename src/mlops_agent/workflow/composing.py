"""One question out of the needs that it settles: its words, its default, its options.

Owns the wording only; which needs are asked together is `asking`'s to say.
"""

from __future__ import annotations

from collections.abc import Sequence

from mlops_agent.contracts.gates import GateQuestion, OpenGate
from mlops_agent.vocabulary.gates import Asking, Slot

AGAIN = ".more"
"""Ends the id of the second question of a kind."""
_SENTENCES = 2


def wording(slots: Sequence[Slot]) -> str:
    """What is asked for these needs, in two sentences at most."""
    if len(slots) <= _SENTENCES:
        return " ".join(slot.ask for slot in slots)
    first, *briefs, last = slots
    return f"{first.ask} And {', '.join(slot.brief for slot in briefs)}, and {last.brief}?"


def composed(asking: Asking, slots: Sequence[Slot], *, again: bool, fresh: bool) -> GateQuestion:
    """The question for these needs; options are whole answers, so only a `fresh` one has them."""
    return GateQuestion(
        id=asking.id + AGAIN if again else asking.id,
        gate=slots[0].gate,
        also=_gates(slots)[1:],
        slots=[slot.name for slot in slots],
        question=wording(slots),
        why=asking.why,
        default=" ".join(slot.default for slot in slots),
        options=list(asking.options) if fresh else [],
    )


def narrowed(question: GateQuestion, slots: Sequence[Slot]) -> GateQuestion:
    """The same question for some of its needs only."""
    if len(slots) == len(question.slots):
        return question
    return question.model_copy(
        update={
            "gate": slots[0].gate,
            "also": _gates(slots)[1:],
            "slots": [slot.name for slot in slots],
            "question": wording(slots),
            "default": " ".join(slot.default for slot in slots),
            "options": [],
        }
    )


def _gates(slots: Sequence[Slot]) -> list[OpenGate]:
    return list(dict.fromkeys(slot.gate for slot in slots))
