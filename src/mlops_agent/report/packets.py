"""Hand-off packets: where their words stand in the request, how large they are, whether they hold.

Made when a driver hands work over, and judged again with the report from the run's folder alone.
Whether the receiver is the right one is not judged.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from mlops_agent.contracts.handoff import MOST_BYTES, OURS, Packet, Span
from mlops_agent.contracts.request import Request
from mlops_agent.report.evidence import Evidence
from mlops_agent.report.facts import fact_problem, judged

LEAST_REQUEST = 160
"""Characters of the request that a packet keeps at least, where the whole does not fit."""
_MARK = " [... "
CUT = _MARK + "{left} characters of the request left out]"


def spans_of(words: Sequence[str], text: str) -> list[Span] | str:
    """Where each of some words stands in a text, or the first that does not, as it is.

    Words that occur more than once are taken at their first place that is still free.
    """
    spans: list[Span] = []
    for one in words:
        start = _free(one, text, spans)
        if start < 0:
            return one
        spans.append(Span(start=start, end=start + len(one), text=one))
    return spans


def size(packet: Packet) -> int:
    """Bytes of a packet as JSON on one line."""
    return len(packet.to_json(indent=None).encode())


def fitted(packet: Packet) -> Packet:
    """The packet with its request shortened where it would be too large; the caller looks again."""
    text = packet.request_verbatim
    if size(packet) <= MOST_BYTES or len(text) <= LEAST_REQUEST:
        return packet
    lengths = range(LEAST_REQUEST, len(text))
    fitting = bisect_right(lengths, MOST_BYTES, key=lambda kept: size(_cut(packet, text, kept)))
    return _cut(packet, text, lengths[max(0, fitting - 1)])


def field_sizes(packet: Packet, names: Iterable[str]) -> list[str]:
    """Some fields with the bytes that each takes, the longest first, without the empty ones."""
    sizes = {
        name: len(packet.model_dump_json(include={name}).encode())
        for name in names
        if getattr(packet, name)
    }
    return [f"{name} ({sizes[name]} bytes)" for name in sorted(sizes, key=lambda one: -sizes[one])]


def settled(packets: Sequence[Packet], evidence: Evidence) -> list[Packet]:
    """The packets with each fact judged by the record as it stands at the end of the run."""
    return [one.model_copy(update={"facts": judged(one.facts, evidence)}) for one in packets]


def packet_problems(packets: Sequence[Packet], request: Request, evidence: Evidence) -> list[str]:
    """Return what the run's record does not bear out of the packets of its result."""
    known = [_unjudged(one) for one in evidence.ledger.handoffs.values()]
    if [_unjudged(one) for one in packets] != known:
        return ["the hand-off packets are not those of the journal"]
    return [
        f"hand-off {number} ({one.receiver}): {problem}"
        for number, one in enumerate(packets, start=1)
        for problem in _problems(one, request, evidence)
    ]


def _problems(packet: Packet, request: Request, evidence: Evidence) -> list[str]:
    problems = [
        f"the request does not hold {one.text!r} at {one.start}"
        for one in packet.spans
        if request.text[one.start : one.end] != one.text
    ]
    if not _is_of(packet, request):
        problems.append("it is not a hand-off of this request")
    if size(packet) > MOST_BYTES:
        problems.append(f"it takes {size(packet)} bytes, more than {MOST_BYTES}")
    return problems + [
        f"the fact {one.claim!r} is called verified: {problem}"
        for one in packet.facts
        if one.verified and (problem := fact_problem(one, evidence))
    ]


def _is_of(packet: Packet, request: Request) -> bool:
    """Whether sender, ids and words are those of the request."""
    said, text = packet.request_verbatim, request.text
    kept = said.rfind(_MARK)
    whole = said == text or (kept > 0 and said == _shortened(text, kept))
    ids = (packet.sender, packet.task_id, packet.context_id)
    context = request.context
    return whole and bool(packet.spans) and ids == (OURS, context.task_id, context.parent)


def _unjudged(packet: Packet) -> Packet:
    facts = [one.model_copy(update={"verified": False}) for one in packet.facts]
    return packet.model_copy(update={"facts": facts})


def _free(words: str, text: str, spans: Sequence[Span]) -> int:
    start = text.find(words)
    while start >= 0 and any(start < one.end and one.start < start + len(words) for one in spans):
        start = text.find(words, start + 1)
    return start


def _cut(packet: Packet, text: str, kept: int) -> Packet:
    return packet.model_copy(update={"request_verbatim": _shortened(text, kept)})


def _shortened(text: str, kept: int) -> str:
    return text if kept >= len(text) else text[:kept] + CUT.format(left=len(text) - kept)
