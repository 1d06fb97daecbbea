"""A packet brought down to its size, the least needed first, with a word on what was left out.

The request gives way first (the receiver's own words of it stay in the spans), then facts from the
last on, then long sentences and long lists.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from mlops_agent.contracts.handoff import MOST_BYTES, Packet, Span
from mlops_agent.handoffs.sizing import fitted, shortened, size

KEPT_REQUEST = 800
"""Characters of the request that stay while there are facts to drop."""
FEW_FACTS = 3
"""Facts that stay while long sentences are to be cut."""
_LISTS = ("open_questions", "assumptions", "decisions", "scope_out", "scope_in", "remaining")
LONGEST_ID = 64
_CUT = " ..."
_MORE = "[{left} more left out: ask the sender]"
_LEFT_OUT = re.compile(r"\[\d+ more left out: ask the sender\]")
_STEPS = ((200, 6, 800), (120, 6, 400), (120, 4, 160), (80, 2, 160), (40, 1, 160), (12, 1, 160))
"""Characters of an entry, entries of a list, characters of the request that stay, step by step."""


def squeezed(packet: Packet) -> Packet:
    """The packet in at most MOST_BYTES."""
    if size(packet) <= MOST_BYTES:
        return packet
    for smaller, kept_request in _smaller(packet):
        least = shortened(packet.request_verbatim, kept_request)
        if size(smaller.model_copy(update={"request_verbatim": least})) <= MOST_BYTES:
            return fitted(smaller)
    raise AssertionError("a packet of the smallest parts has to fit")


def is_shortened_from(part: str | list[str], whole: str | list[str]) -> bool:
    """Whether a sentence or a list says nothing but what a whole one says, cut as it is here."""
    if isinstance(part, str):
        # What was cut twice can end in a part of the first mark.
        return part == whole or (part.endswith(_CUT) and str(whole).startswith(part.rstrip(" .")))
    given = [one for one in part if not _LEFT_OUT.fullmatch(one)]
    if len(given) == len(part) != len(whole):
        return False
    return all(
        is_shortened_from(one, other) for one, other in zip(given, whole[: len(given)], strict=True)
    )


def _smaller(packet: Packet) -> Iterator[tuple[Packet, int]]:
    """Ever smaller packets, with how much of the request has to stay in each."""
    yield packet, KEPT_REQUEST
    for kept in range(len(packet.facts) - 1, FEW_FACTS - 1, -1):
        packet = _with_facts(packet, kept)
        yield packet, KEPT_REQUEST
    width, number, least = _STEPS[0]
    packet = _narrowed(packet, width, number)
    yield packet, least
    for kept in range(len(packet.facts) - 1, -1, -1):
        packet = _with_facts(packet, kept)
        yield packet, least
    for width, number, least in _STEPS[1:]:
        packet = _narrowed(packet, width, number)
        yield packet, least


def _with_facts(packet: Packet, kept: int) -> Packet:
    facts = packet.facts[:kept]
    cited = {
        pointer.partition(":")[2].rpartition(":")[0] for one in facts for pointer in one.evidence
    }
    artifacts = [one for one in packet.artifacts if one.uri.rpartition("@")[0] in cited]
    return packet.model_copy(update={"facts": facts, "artifacts": artifacts})


def _narrowed(packet: Packet, width: int, number: int) -> Packet:
    lists: dict[str, Any] = {
        name: _few(getattr(packet, name), number, lambda one: _cut(one, width)) for name in _LISTS
    }
    spans = [_span(one, width) for one in packet.spans[:number]]
    why = packet.why.model_copy(
        update={
            "rule": _cut(packet.why.rule, 2 * width),
            "signals": [_cut(one, width) for one in packet.why.signals[:number]],
            "alternatives": packet.why.alternatives[:number],
        }
    )
    order = packet.order.model_copy(
        update={"depends_on": [_cut(one, width) for one in packet.order.depends_on]}
    )
    bound = packet.constraints
    constraints = bound.model_copy(
        update={
            "approvals": [_cut(one, width) for one in bound.approvals[:number]],
            "deadline": _cut(bound.deadline, width),
            "risk_class": _cut(bound.risk_class, width),
            "data_class": _cut(bound.data_class, width),
        }
    )
    return packet.model_copy(
        update={
            **lists,
            "spans": spans,
            "why": why,
            "order": order,
            "constraints": constraints,
            "goal": _cut(packet.goal, 2 * width),
            "task_id": packet.task_id[:LONGEST_ID],
            "context_id": packet.context_id[:LONGEST_ID],
        }
    )


def _few(entries: list[str], number: int, cut: Callable[[str], str]) -> list[str]:
    kept = [cut(one) for one in entries[:number]]
    left = len(entries) - number
    return [*kept, _MORE.format(left=left)] if left > 0 else kept


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[:width].rstrip() + _CUT


def _span(span: Span, width: int) -> Span:
    """The first part of a span, still at its true place."""
    end = min(span.end, span.start + 2 * width)
    return Span(start=span.start, end=end, text=span.text[: end - span.start])
