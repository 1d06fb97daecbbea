"""Whose work a run's request is, worked out once more from the request and the base tree's roster.

Owns what a check can say of a routing and of the packets that were computed with it, and of their
messages in the run's folder. Where another version computed them they are not compared; what a
driver judged or wrote never is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlops_agent._version import __version__
from mlops_agent.beneath import read_beneath
from mlops_agent.boundary.opinions import uncertain
from mlops_agent.contracts.handoff import Packet
from mlops_agent.contracts.journal import HandedOff, Resumed, Routed
from mlops_agent.contracts.request import Request
from mlops_agent.contracts.routing import Routing
from mlops_agent.handoffs.answers import route_answered
from mlops_agent.handoffs.roster import roster_of
from mlops_agent.handoffs.routing import PACKED, packed_whole
from mlops_agent.handoffs.squeezing import is_shortened_from
from mlops_agent.report.evidence import MOST_STORED, Evidence
from mlops_agent.report.ledger import Ledger
from mlops_agent.report.rendering import message, message_file
from mlops_agent.sandbox.secrets.records import redacted

COMPUTED = "route-"
"""What the calls of packets begin with that were computed with the routing."""
_WORDED = ("goal", "scope_out", "remaining", "done", "decisions", "open_questions")
"""Fields of a computed packet that follow from the request alone."""
OF_ANOTHER = "whose work the request is, since version {version} computed it"
JUDGED = "whose work the uncertain parts are, which the driver judged"
WRITTEN = "the words of the packets that the driver wrote"


@dataclass(frozen=True, slots=True)
class _Event:
    """The routing of a run, with the request as it was answered by then."""

    routing: Routing
    request: Request
    packets: tuple[Packet, ...]


def routing_problems(evidence: Evidence) -> list[str]:
    """What of the routing and its packets does not follow from the request; none where unknown."""
    event = _event(evidence)
    if event is None or evidence.trees is None or not _comparable(evidence.ledger):
        return []
    computed = route_answered(event.request, roster_of(evidence.settings))
    if event.routing.left_to_driver:
        if not uncertain(computed):
            return ["its routing was left to the driver, and nothing of it is uncertain"]
        computed = computed.model_copy(update={"left_to_driver": True})
    # Notes tell of the sitting too: what was blanked of the request before it was stored.
    if _told(computed, evidence) != _told(event.routing, evidence):
        return ["whose work the request is, comes out otherwise when it is worked out again"]
    if computed.left_to_driver or computed.decision not in PACKED:
        return ["it hands off what its routing does not"] if event.packets else []
    whole = [redacted(one, evidence.redactor) for one in packed_whole(computed, event.request)]
    if [one.receiver for one in whole] != [one.receiver for one in event.packets]:
        return ["its hand-offs are not those of its routing"]
    return [
        f"hand-off {number} ({one.receiver}): its {name} is not what the request comes to"
        for number, (one, full) in enumerate(zip(event.packets, whole, strict=True), start=1)
        for name in _WORDED
        if not is_shortened_from(getattr(one, name), getattr(full, name))
    ]


def message_problems(packets: Sequence[Packet], folder: Path) -> Iterator[str]:
    """The messages in the run's folder that are not those of its packets."""
    for number, packet in enumerate(packets, start=1):
        file = message_file(number, packet)
        try:
            stored = read_beneath(folder, file, MOST_STORED)
        except OSError as error:
            yield f"{file} can't be read: {error.strerror or error}"
            continue
        if stored != message(packet).encode():
            yield f"{file} is not the message of its packet"


def unchecked(ledger: Ledger) -> list[str]:
    """What of a run's routing and packets a check leaves open."""
    routing = ledger.routing
    left: list[str] = []
    if routing is not None and ledger.started is not None and not _comparable(ledger):
        left.append(OF_ANOTHER.format(version=ledger.started.version))
    elif routing is not None and routing.left_to_driver:
        left.append(JUDGED)
    if any(not call.startswith(COMPUTED) for call in ledger.handoffs):
        left.append(WRITTEN)
    return left


def _comparable(ledger: Ledger) -> bool:
    started, routing = ledger.started, ledger.routing
    same = started is not None and started.version == __version__
    return same and routing is not None and not any(one.opinion for one in routing.asks)


def _event(evidence: Evidence) -> _Event | None:
    """The last routing, with the answers that were there before it and its packets."""
    started, events = evidence.ledger.started, evidence.ledger.events
    last = max((at for at, one in enumerate(events) if isinstance(one, Routed)), default=-1)
    if started is None or last < 0:
        return None
    routed = events[last]
    assert isinstance(routed, Routed)
    answers = dict(started.request.answers)
    for event in events[:last]:
        if isinstance(event, Resumed):
            answers |= event.answers
    packets = {
        one.call: one.packet
        for one in events
        if isinstance(one, HandedOff) and one.call.startswith(COMPUTED)
    }
    request = started.request.model_copy(update={"answers": answers})
    return _Event(routed.routing, request, tuple(packets.values()))


def _told(routing: Routing, evidence: Evidence) -> dict[str, Any]:
    return redacted(routing, evidence.redactor).model_dump(exclude={"notes"})
