"""What is known before anybody is asked: from the request's own words, and from the repository.

Owns which slots of the gates a text answers, each with the span that says so. Says nothing of
whether an answer is good.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from mlops_agent.contracts.finding import Finding
from mlops_agent.contracts.gates import Answered, Evidence
from mlops_agent.vocabulary.gates import Slot, gate_words
from mlops_agent.workflow.doubting import CLAUSE, before, doubted
from mlops_agent.workflow.statements import Sentence, stated
from mlops_agent.workflow.telling import first_telling
from mlops_agent.workflow.weighing import weighed

if TYPE_CHECKING:
    from mlops_agent.boundary.reading import Passage
    from mlops_agent.lifecycle.reading import Lifecycle

_BREAK = re.compile(CLAUSE.pattern + r"|[.!?](?=\s|$)", re.IGNORECASE)
_MOST_AROUND = 80
_EDGES = " \t\r\n,;:.!?("


def what_is_known(
    text: str, lifecycle: Lifecycle | None = None, findings: Sequence[Finding] = ()
) -> list[Answered]:
    """The slots that the request or the repository answers, in the order of the gates.

    A slot that both answer is listed twice, the request first. Pasted text answers nothing.
    """
    known = said(text, passages_of(text))
    if lifecycle is not None:
        from mlops_agent.workflow.surveying import found_in

        known += found_in(lifecycle, findings)
    order = list(gate_words().slots)
    return sorted(known, key=lambda one: order.index(one.slot))


def said(text: str, passages: Iterable[Passage] = (), *, strictly: bool = False) -> list[Answered]:
    """The slots that the words of a request answer; `strictly` those that are beyond doubt ours."""
    masked, sentences = stated(text, passages)
    found = spotted(masked, sentences, strictly=strictly)
    told = found if strictly else weighed(masked, sentences, found)
    answered: list[Answered] = []
    for name, span in told.items():
        start, end = (clause_around if name in found else _trimmed)(masked, *span)
        evidence = Evidence(source="request", text=text[start:end], start=start, end=end)
        answered.append(Answered(gate=gate_words().slots[name].gate, slot=name, evidence=evidence))
    return answered


def spotted(
    masked: str, sentences: Sequence[Sentence], *, strictly: bool = False
) -> dict[str, tuple[int, int]]:
    """Where patterns find each slot answered; `strictly` without those of ideas that stand near."""
    found: dict[str, tuple[int, int]] = {}
    for slot in gate_words().slots.values():
        span = first_answer(slot, masked, sentences)
        if span is None and not strictly:
            span = first_telling(slot, masked, sentences)
        if span is not None:
            found[slot.name] = span
    return found


def first_answer(
    slot: Slot, text: str, sentences: Iterable[Sentence], *, bare: bool = False
) -> tuple[int, int] | None:
    """The first place where a text answers a slot, as half-open positions.

    `bare` reads it as an answer to the slot's own question, where "weekly" is enough.
    """
    return min(_answers(slot, text, list(sentences), bare=bare), default=None)


def clause_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The clause that a place of a text stands in, for people to read."""
    before = max((m.end() for m in _BREAK.finditer(text, 0, start)), default=0)
    after = _BREAK.search(text, end)
    first, last = max(before, start - _MOST_AROUND), after.start() if after else len(text)
    return _trimmed(text, first, min(last, end + _MOST_AROUND))


def passages_of(text: str) -> tuple[Passage, ...]:
    """The parts of a request that are pasted."""
    from mlops_agent.boundary.cutting import read_request

    return read_request(text).passages


def _answers(
    slot: Slot, text: str, sentences: list[Sentence], *, bare: bool
) -> Iterator[tuple[int, int]]:
    patterns = (*slot.states, *slot.says, *(slot.bare if bare else ()))
    for one in sentences:
        for pattern in patterns:
            for match in pattern.finditer(text, one.start, one.end):
                begin, end = _trimmed(text, match.start(), match.end())
                ahead = before(text, one, begin)
                if not (doubted(text, one, begin, end) or _taken_back(slot, pattern, ahead)):
                    yield begin, end
                    break


def _taken_back(slot: Slot, pattern: re.Pattern[str], ahead: str) -> bool:
    """Whether the words before an answer deny it, or only order the thing."""
    words = gate_words()
    if slot.wanted and words.wanted.search(ahead):
        return True
    return pattern not in slot.states and words.negation.search(ahead) is not None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    inner = text[start:end]
    start += len(inner) - len(inner.lstrip(_EDGES))
    return start, start + len(inner.strip(_EDGES))
