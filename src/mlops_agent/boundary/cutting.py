"""A request's text into a `Reading`: what is asked for, what is told, what is pasted.

Owns how the parts go together: pasted text is set aside, the caller's own lines are cut into
sentences and clauses, and where no order stands, notes and symptoms count. It gives no owner.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mlops_agent.boundary.adding import parts_of
from mlops_agent.boundary.gathering import gather
from mlops_agent.boundary.labels import Role
from mlops_agent.boundary.language import language_of
from mlops_agent.boundary.outline import Block, blocks
from mlops_agent.boundary.pasted import orders_in, own_stretches, taken_apart
from mlops_agent.boundary.reading import Passage, Reading
from mlops_agent.boundary.reported import SAID
from mlops_agent.boundary.tasks import values

MOST_CUTS = 40
"""Asks of one request that are read one by one; what goes beyond is told as context, and apart."""

HEAD, TAIL = 8_000, 4_000
"""Characters of the caller's own words that are read: at the beginning, and at the end."""


def read_request(text: str) -> Reading:
    """Take a request apart into what it asks for and what it says around that.

    Args:
        text: the request as it was given; any text is read, none is refused. Of own words beyond
            `HEAD` and `TAIL` the middle is not read (`unread` counts it); asks beyond `MOST_CUTS`
            stand in `context` and in `beyond`.
    """
    passages, tasks = taken_apart(text)
    reading = _read(text, passages, tasks)
    said = {one.start for one in passages if one.kind == SAID}
    if not said or any(_behind(text, one.end) not in said for one in reading.cuts):
        return reading
    # Who asks for nothing but hands somebody's words on asks for what these say.
    return _read(text, tuple(one for one in passages if one.kind != SAID), tasks)


def _behind(text: str, place: int) -> int:
    """Where the words behind an introduction ("The ticket says:") begin."""
    while place < len(text) and text[place] in " \t:":
        place += 1
    return place


def _read(text: str, passages: tuple[Passage, ...], tasks: Sequence[Passage]) -> Reading:
    whole = own_stretches(text, (*passages, *tasks))
    own = _ends(whole)
    said = [*blocks(text, own), *_given(text, tasks)]
    said.sort(key=lambda block: block.start)
    language = language_of(text, [(block.start, block.end) for block in said])
    gathered = gather(text, said, language)
    cuts = gathered.cuts[:MOST_CUTS]
    beyond = tuple(one.text for one in gathered.cuts[MOST_CUTS:])
    return Reading(
        text,
        cuts,
        gathered.context + beyond,
        gathered.excluded,
        passages,
        orders_in(text, passages),
        language,
        gathered.cuts[MOST_CUTS:],
        _length(whole) - _length(own),
        gathered.beside[: MOST_CUTS - len(cuts)],
        tuple(parts_of(text, [(one.start, one.end, one.list != 0) for one in said])),
        tuple(said),
    )


def _length(stretches: Sequence[tuple[int, int]]) -> int:
    return sum(end - start for start, end in stretches)


def _given(text: str, tasks: Sequence[Passage]) -> Iterator[Block]:
    for one in tasks:
        found = list(values(text, one.start, one.end))
        uses = {value.use for value in found}
        # An aim is what the tasks beside it are for; where there are none, it is the task.
        aim: Role = "context" if "asked" in uses else "asked"
        for value in found:
            role = aim if value.use == "aim" else value.use
            yield Block(
                value.start, value.end, role if uses & {"asked", "aim"} else "free", list=-1
            )


def _ends(own: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The beginning and the end of very long words: what is wanted stands there."""
    length = _length(own)
    if length <= HEAD + TAIL:
        return list(own)
    kept: list[tuple[int, int]] = []
    passed = 0
    for start, end in own:
        head = start + max(0, min(end - start, HEAD - passed))
        tail = end - max(0, min(end - start, passed + end - start - (length - TAIL)))
        kept.extend(one for one in ((start, head), (max(head, tail), end)) if one[0] < one[1])
        passed += end - start
    return kept
