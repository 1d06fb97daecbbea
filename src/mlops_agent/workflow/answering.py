"""Answers put to the questions: which needs each one settles, and where two of them disagree.

Owns the keys of answers (question, gate, or a need of a gate). An answer that nobody asked for is
taken all the same; one that contradicts another or a number of the request is refused.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mlops_agent.contracts.gates import OPEN_GATES, Answered, Evidence, GateQuestion
from mlops_agent.errors import BadInputError
from mlops_agent.vocabulary.gates import Slot, gate_words
from mlops_agent.workflow.composing import AGAIN, narrowed
from mlops_agent.workflow.knowing import clause_around, first_answer
from mlops_agent.workflow.quantities import disagree, quantities
from mlops_agent.workflow.statements import Sentence

_DECLINED = frozenset(
    {"", "-", "?", "skip", "default", "none given", "don't know", "dont know", "unknown", "tbd"}
)
_WORDS_LEFT = 2


@dataclass(frozen=True, slots=True)
class Settled:
    """What is known with the answers, and the questions that nobody answered or declined."""

    answered: list[Answered]
    questions: list[GateQuestion]


@dataclass(frozen=True, slots=True)
class _Told:
    """What an answer says of one need; `whole` where the answer as a whole is taken for it."""

    slot: Slot
    key: str
    text: str
    start: int
    end: int
    whole: bool


def declined(answer: str) -> bool:
    """Whether an answer leaves the question to its default."""
    return answer.strip().strip(".!").lower() in _DECLINED


def known_keys() -> list[str]:
    """The keys that answers may have: questions, gates, and `gate.need`."""
    words = gate_words()
    ids = [one.id for one in words.questions]
    slots = [f"{slot.gate}.{slot.name}" for slot in words.slots.values()]
    return [*ids, *OPEN_GATES, *slots]


def settle(
    known: Sequence[Answered], asked: Sequence[GateQuestion], answers: Mapping[str, str]
) -> Settled:
    """Put answers to the questions that were asked on what was known.

    Raises BadInputError, one line: an unknown key with the closest known one, two answers that
    differ, an answer that differs from a number of the request.
    """
    told: list[_Told] = []
    touched: set[str] = set()
    for key, answer in answers.items():
        slots = _slots_of(key, asked, {one.slot for one in known})
        touched |= {slot.name for slot in slots}
        if not declined(answer):
            told += _read(key, answer, slots)
    _compare(told)
    for one in told:
        _compare_request(one, known)
    new = [_answered(one) for one in told]
    left = [one for one in asked if not touched.issuperset(one.slots)]
    return Settled([*known, *new], [_without(one, touched) for one in left])


def _slots_of(key: str, asked: Sequence[GateQuestion], known: set[str]) -> list[Slot]:
    """The needs that a key stands for, those first that were asked for."""
    words = gate_words()
    for one in asked:
        if one.id == key:
            return [words.slots[name] for name in one.slots]
    for one in words.questions:
        if key.removesuffix(AGAIN) == one.id:
            every = [words.slots[name] for name in one.slots]
            return [slot for slot in every if slot.name not in known] or every
    for gate in OPEN_GATES:
        if key == gate:
            every = list(words.of_gate(gate))
            return [slot for slot in every if slot.name not in known] or every
    gate, _, name = key.replace("/", ".").rpartition(".")
    slot = words.slots.get(name)
    if slot is not None and gate in ("", slot.gate):
        return [slot]
    raise _unknown(key)


def _unknown(key: str) -> BadInputError:
    # The names of needs alone are taken too, and are the likeliest to be misspelt.
    names = [*known_keys(), *gate_words().slots]
    close = difflib.get_close_matches(key, names, n=1, cutoff=0.5)
    meant = f'; the closest known is "{close[0]}"' if close else ""
    questions = ", ".join(one.id for one in gate_words().questions)
    return BadInputError(
        f'no question and no gate is called "{key}"{meant}',
        f"questions: {questions}; gates: {', '.join(OPEN_GATES)}",
    )


def _read(key: str, answer: str, slots: list[Slot]) -> list[_Told]:
    """What an answer says of the needs it may settle: by its words, else as a whole."""
    line = [Sentence(0, len(answer))]
    spans = {slot.name: first_answer(slot, answer, line, bare=True) for slot in slots}
    rest = list(answer)
    for start, end in filter(None, spans.values()):
        rest[start:end] = " " * (end - start)
    unread = len(re.findall(r"\w+", "".join(rest))) >= _WORDS_LEFT or not any(spans.values())
    told: list[_Told] = []
    for slot in slots:
        span = spans[slot.name]
        if span is not None:
            told.append(_Told(slot, key, answer, *span, whole=False))
        elif len(slots) == 1 or (unread and slot.core) or not any(spans.values()):
            told.append(_Told(slot, key, answer, 0, len(answer), whole=True))
    return told


def _compare(told: list[_Told]) -> None:
    first: dict[str, _Told] = {}
    for one in told:
        other = first.setdefault(one.slot.name, one)
        if other.key != one.key and _differ(_words(other), _words(one)):
            raise BadInputError(
                f"two answers differ on {one.slot.gate}.{one.slot.name}: {other.key} says "
                f'"{_words(other)}", {one.key} says "{_words(one)}"',
                "keep one of them",
            )


def _compare_request(one: _Told, known: Sequence[Answered]) -> None:
    for said in known:
        if said.slot != one.slot.name or said.evidence.source != "request":
            continue
        if disagree(said.evidence.text, _words(one)):
            raise BadInputError(
                f'{one.key} says "{_words(one)}", but the request says "{said.evidence.text}" '
                f"({one.slot.gate}.{one.slot.name})",
                "make the two say the same",
            )


def _differ(one: str, other: str) -> bool:
    if quantities(one) and quantities(other):
        return disagree(one, other)
    first, second = (re.sub(r"\W+", " ", text).strip().lower() for text in (one, other))
    return first not in second and second not in first


def _words(told: _Told) -> str:
    return " ".join(told.text[told.start : told.end].split())


def _answered(told: _Told) -> Answered:
    start, end = clause_around(told.text, told.start, told.end)
    evidence = Evidence(
        source="answer", text=told.text[start:end], start=start, end=end, answer=told.key
    )
    return Answered(gate=told.slot.gate, slot=told.slot.name, evidence=evidence)


def _without(question: GateQuestion, touched: set[str]) -> GateQuestion:
    """A question without the needs that were answered one by one."""
    slots = gate_words().slots
    return narrowed(question, [slots[name] for name in question.slots if name not in touched])
