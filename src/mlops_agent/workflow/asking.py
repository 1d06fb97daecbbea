"""What is asked of the team: at most eight questions, ordered by what their answers change.

Owns the choice. Nothing that is known is asked, nor anything of a gate whose main points are known;
what is not asked is assumed, in words that can be corrected.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from mlops_agent.contracts.finding import Finding
from mlops_agent.contracts.gates import (
    OPEN_GATES,
    Answered,
    Assumption,
    Clarification,
    GateQuestion,
    Mode,
    OpenGate,
)
from mlops_agent.vocabulary.gates import Slot, gate_words
from mlops_agent.workflow.answering import settle
from mlops_agent.workflow.composing import AGAIN, composed
from mlops_agent.workflow.knowing import what_is_known

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle


def clarify(
    text: str,
    mode: Mode,
    lifecycle: Lifecycle | None = None,
    findings: Sequence[Finding] = (),
    answers: Mapping[str, str] | None = None,
) -> Clarification:
    """What is known of the gates, what is asked, and what is assumed instead.

    `answers` are by question, gate or slot. In one-shot mode nothing is asked.
    Raises BadInputError for answers that fit no question or contradict each other or the request.
    """
    return clarified(what_is_known(text, lifecycle, findings), mode, answers)


def clarified(
    known: Sequence[Answered], mode: Mode, answers: Mapping[str, str] | None = None
) -> Clarification:
    """The same of what is known already."""
    asked = questions(known)
    settled = settle(known, asked, answers or {})
    left = [] if mode == "one-shot" else settled.questions
    answered = sorted(settled.answered, key=lambda one: OPEN_GATES.index(one.gate))
    return Clarification(
        mode=mode,
        answered=answered,
        questions=left,
        assumptions=assumed(answered, left),
    )


def questions(known: Iterable[Answered]) -> list[GateQuestion]:
    """At most eight questions on what is open, the one first whose answer changes most.

    First one question of each kind, then what is left of a kind with many open needs.
    """
    words = gate_words()
    settled = {one.slot for one in known}
    first: list[GateQuestion] = []
    second: list[GateQuestion] = []
    for asking in words.questions:
        wanted = [words.slots[name] for name in asking.slots if name not in settled]
        wanted = [slot for slot in wanted if not _closed(slot.gate, settled)]
        if wanted:
            now = _chosen(wanted)
            first.append(composed(asking, now, again=False, fresh=not settled & set(asking.slots)))
            rest = [slot for slot in wanted if slot not in now]
            if rest:
                second.append(composed(asking, rest, again=True, fresh=False))
    kept = (first + second)[: words.most_questions]
    places = {one.id: place for place, one in enumerate(words.questions)}
    return sorted(kept, key=lambda one: places[one.id.removesuffix(AGAIN)])


def assumed(known: Iterable[Answered], asked: Iterable[GateQuestion] = ()) -> list[Assumption]:
    """What is taken for true of each need that is neither known nor asked."""
    settled = {one.slot for one in known} | {name for one in asked for name in one.slots}
    return [
        Assumption(gate=slot.gate, slot=slot.name, statement=slot.default)
        for slot in gate_words().slots.values()
        if slot.name not in settled
    ]


def _closed(gate: OpenGate, settled: set[str]) -> bool:
    """Whether the main points of a gate are settled."""
    return any(enough <= settled for enough in gate_words().enough[gate])


def _chosen(wanted: list[Slot]) -> list[Slot]:
    """The slots of one question: one of each gate first, so that no gate goes unasked."""
    gates: dict[OpenGate, Slot] = {}
    for slot in wanted:
        gates.setdefault(slot.gate, slot)
    ranked = [*gates.values(), *(slot for slot in wanted if slot not in gates.values())]
    taken = ranked[: gate_words().most_slots]
    return [slot for slot in wanted if slot in taken]
