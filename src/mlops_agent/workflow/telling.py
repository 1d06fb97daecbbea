"""Needs that a request tells in words of its own: ideas that stand near each other.

Owns finding the place. What a sentence asks was blanked before; a doubt, or a wish for the thing,
takes a telling back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from mlops_agent.vocabulary.gates import Slot, gate_words
from mlops_agent.vocabulary.gates.tellings import idea, tellings
from mlops_agent.workflow.doubting import before, doubted
from mlops_agent.workflow.statements import Sentence

_EDGES = " \t-*"
_MOST_PLACES = 6
"""Of a sentence; who tells something tells it early."""
_MOST_READ = 15_000
"""Characters that are searched for tellings; the plainer patterns read on."""
_PART = re.compile(r"[^;]+")


def first_telling(slot: Slot, text: str, sentences: Iterable[Sentence]) -> tuple[int, int] | None:
    """The first place where a text tells a slot's need, as half-open positions."""
    ways = tellings().of_slot.get(slot.name, ())
    for one in sentences:
        if one.start > _MOST_READ:
            return None
        for part in _PART.finditer(text, one.start, one.end):
            start, end = part.span()
            for way in ways:
                span = next(_together(way.ideas, text, start, end), None)
                if span is None or any(idea(name).search(text, *span) for name in way.never):
                    continue
                if not taken_back(slot, text, one, span):
                    return span
    return None


def _together(ideas: Sequence[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Places where all ideas stand within reach of the first, none on top of another."""
    reach = tellings().reach
    for first in islice(idea(ideas[0]).finditer(text, start, end), _MOST_PLACES):
        taken = [first.span()]
        low, high = max(start, first.start() - reach), min(end, first.end() + reach)
        for name in ideas[1:]:
            near = [found.span() for found in idea(name).finditer(text, low, high)]
            free = [span for span in near if not any(_overlap(span, other) for other in taken)]
            if not free:
                break
            taken.append(min(free, key=lambda span: abs(span[0] - first.start())))
        else:
            yield min(begin for begin, _ in taken), max(stop for _, stop in taken)


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def taken_back(slot: Slot, text: str, one: Sentence, span: tuple[int, int]) -> bool:
    """Whether a telling is doubted, over, denied by the words before it, a wish or an order."""
    start, end = span
    if doubted(text, one, start, end) or tellings().over.search(text, start, end):
        return True
    ordered = tellings().order.search(text, one.start, one.end)
    if ordered and ordered.start() <= start:
        return True
    ahead = before(text, one, start)
    clause = f"{ahead}{text[start:end]}".lstrip(_EDGES)
    if gate_words().negation.search(ahead) or tellings().imperative.match(clause):
        return True
    return slot.wanted and tellings().wish.search(text, one.start, end) is not None
