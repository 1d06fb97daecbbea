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
from mlops_agent.vocabulary.gates import Slot, gate_words, no_answer
from mlops_agent.workflow.composing import AGAIN, narrowed
from mlops_agent.workflow.knowing import clause_around, first_answer
from mlops_agent.workflow.quantities import disagree, quantities
from mlops_agent.workflow.statements import Sentence

_EDGE = re.compile(r"^[\W_]+|[\W_]+$")
_WORDS_LEFT = 4


@dataclass(frozen=True, slots=True)
class Settled:
    """What is known with the answers, and the questions that nobody answered or declined."""

    answered: list[Answered]
    questions: list[GateQuestion]


@dataclass(frozen=True, slots=True)
class _Told:
    """What an answer says of one need, by its place in the answer."""

    slot: Slot
    key: str
    text: str
    start: int
    end: int


def declined(answer: str) -> bool:
    """Whether an answer leaves the question to its default."""
    said = _EDGE.sub("", answer).replace("\u2019", "'")
    return not said or no_answer().fullmatch(said) is not None


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
        slots, beside = _slots_of(key, asked, {one.slot for one in known})
        touched |= {slot.name for slot in slots}
        if not declined(answer):
            told += _read(key, answer, slots, beside)
    _compare(told)
    for one in told:
        _compare_request(one, known)
    new = [_answered(one) for one in told]
    left = [one for one in asked if not touched.issuperset(one.slots)]
    return Settled([*known, *new], [_without(one, touched) for one in left])


def _slots_of(
    key: str, asked: Sequence[GateQuestion], known: set[str]
) -> tuple[list[Slot], list[Slot]]:
    """The needs that a key asks for, and those beside them that its answer may speak of too."""
    words = gate_words()
    gate, _, name = key.replace("/", ".").rpartition(".")
    slot = words.slots.get(name)
    if slot is not None and gate in ("", slot.gate):
        return [slot], []
    group = next((one for one in words.questions if one.id == key.removesuffix(AGAIN)), None)
    if group is not None:
        every = [words.slots[name] for name in group.slots]
    elif key in OPEN_GATES:
        every = [slot for slot in words.slots.values() if slot.gate == key]
    else:
        raise _unknown(key)
    question = next((one for one in asked if one.id == key), None)
    wanted = question.slots if question else [s.name for s in every if s.name not in known]
    chosen = [slot for slot in every if slot.name in wanted] or every
    return chosen, [slot for slot in every if slot not in chosen]


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


def _read(key: str, answer: str, slots: list[Slot], beside: list[Slot]) -> list[_Told]:
    """What an answer says of each need by its words.

    What its words leave over is taken for the first need that it was asked for and that they don't
    settle, so that nothing of it is lost.
    """
    line = [Sentence(0, len(answer))]
    told: list[_Told] = []
    rest = list(answer)
    for slot in (*slots, *beside):
        # Beside, a bare number could be anything's, unless the answer says nothing else.
        bare = slot in slots or not told
        span = first_answer(slot, answer, line, bare=bare)
        if span is not None:
            told.append(_Told(slot, key, answer, *span))
            rest[span[0] : span[1]] = " " * (span[1] - span[0])
    unread = len(re.findall(r"\w+", "".join(rest))) >= _WORDS_LEFT or not told
    settled = {one.slot.name for one in told}
    left = [slot for slot in slots if slot.name not in settled]
    lead = [slot for slot in left if slot.core] or left
    if unread and lead:
        told.append(_Told(lead[0], key, answer, 0, len(answer)))
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
        start, end = clause_around(one.text, one.start, one.end)
        words = one.text[start:end]
        if disagree(said.evidence.text, words):
            raise BadInputError(
                f'{one.key} says "{words}", but the request says "{said.evidence.text}" '
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
