"""How large a packet is, and its request shortened where the whole does not fit.

Where words stand in the request is found here too. What a packet says is not judged.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from mlops_agent.contracts.handoff import MOST_BYTES, Packet, Span

LEAST_REQUEST = 160
"""Characters of the request that a packet keeps at least, where the whole does not fit."""
MARK = " [... "
CUT = MARK + "{left} characters of the request left out]"


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


def shortened(text: str, kept: int) -> str:
    """The first `kept` characters of a text, and a mark that says how many are left out."""
    return text if kept >= len(text) else text[:kept] + CUT.format(left=len(text) - kept)


def _free(words: str, text: str, spans: Sequence[Span]) -> int:
    start = text.find(words)
    while start >= 0 and any(start < one.end and one.start < start + len(words) for one in spans):
        start = text.find(words, start + 1)
    return start


def _cut(packet: Packet, text: str, kept: int) -> Packet:
    return packet.model_copy(update={"request_verbatim": shortened(text, kept)})
