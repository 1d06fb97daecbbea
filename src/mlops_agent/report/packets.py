"""Hand-off packets judged with the report, from the run's folder alone: whether they hold.

Whether the receiver is the right one is not judged.
"""

from __future__ import annotations

from collections.abc import Sequence

from mlops_agent.contracts.handoff import MOST_BYTES, OURS, Packet
from mlops_agent.contracts.request import Request
from mlops_agent.handoffs.sizing import MARK, shortened, size
from mlops_agent.report.evidence import Evidence
from mlops_agent.report.facts import fact_problem, judged


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
    kept = said.rfind(MARK)
    whole = said == text or (kept > 0 and said == shortened(text, kept))
    ids = (packet.sender, packet.task_id, packet.context_id)
    context = request.context
    return whole and bool(packet.spans) and ids == (OURS, context.task_id, context.parent)


def _unjudged(packet: Packet) -> Packet:
    facts = [one.model_copy(update={"verified": False}) for one in packet.facts]
    return packet.model_copy(update={"facts": facts})
