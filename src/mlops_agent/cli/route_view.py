"""A route as text for people: the decision, each ask with its owner and why, what goes out.

What a request says is made harmless for the terminal; the packets' messages come only when asked.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from mlops_agent.cli.surroundings import visible
from mlops_agent.contracts.skill import OURS

if TYPE_CHECKING:
    from mlops_agent.boundary import decided
    from mlops_agent.contracts.handoff import Packet
    from mlops_agent.contracts.routing import Ask, Route, Routing
    from mlops_agent.handoffs.addressing import Addressed
    from mlops_agent.handoffs.announcing import Announced

    Found = Routing | decided.Decided

WIDTH = 92
WIDEST = 160
"""Characters of an ask that are shown."""
_INDENT = 4
_SAYS = {
    "accept": "ACCEPT   ours",
    "handoff": "HAND OFF to",
    "split": "SPLIT    between",
    "clarify": "CLARIFY  it can't be told yet whose work this is",
    "decline": "DECLINE  not done here",
}
_WHERE = "--format json has the packets, -v their messages"


def view(found: Route, form: str, *, quiet: bool, verbose: bool) -> str:
    """Render a route as "text" or "markdown", which has the packets' messages too."""
    if form == "markdown":
        from mlops_agent.report.escaping import code, prose
        from mlops_agent.report.rendering import message
        from mlops_agent.texts import render

        return render("route.md.j2", route=found, code=code, prose=prose, message=message)
    lines = _lines(found, found.handoffs, quiet=quiet, verbose=verbose)
    return _joined([*lines, *(_messages(found.handoffs) if verbose and not quiet else [])])


def short_view(found: Announced, *, quiet: bool) -> str:
    """Render a decision whose packets were not made, as `view` does the route with them."""
    return _joined(_lines(found.decided, found.packets, quiet=quiet, verbose=False))


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"


def _lines(
    found: Found, packets: Sequence[Packet | Addressed], *, quiet: bool, verbose: bool
) -> list[str]:
    return _head(found) if quiet else [*_head(found), *_body(found, packets, verbose=verbose)]


def _head(found: Found) -> list[str]:
    others = [one for one in found.targets if one != OURS] if len(found.targets) == 1 else []
    named = found.targets if found.decision == "split" else others
    return [" ".join([_SAYS[found.decision], " and ".join(named)]).rstrip()]


def _body(found: Found, packets: Sequence[Packet | Addressed], *, verbose: bool) -> Iterator[str]:
    for ask in found.asks:
        yield ""
        yield from _ask(ask, verbose=verbose)
    if found.first:
        yield ""
        yield f"First: {found.first}; what the others do comes after it."
    yield from _listed("Answer first", [f"{one.question} ({one.id})" for one in found.questions])
    yield from _listed("Not done", [f"{one.what}: {one.why}" for one in found.refused])
    yield from _packets(packets)
    yield from _listed("Note", found.notes)


def _ask(ask: Ask | decided.Ask, *, verbose: bool) -> Iterator[str]:
    said = " ".join(ask.text.split())
    yield _wrapped(f'"{said if len(said) <= WIDEST else said[:WIDEST] + " ..."}"', 0)
    owner = ask.owner or ("nobody" if ask.decision == "decline" else "not clear")
    yield _wrapped(f"{owner} ({ask.confidence:.0%}): {ask.why}", _INDENT)
    if verbose and ask.alternatives:
        others = ", ".join(f"{one.owner} {one.confidence:.0%}" for one in ask.alternatives)
        yield _wrapped(f"else {others}", _INDENT)
    if ask.opinion:
        yield _wrapped(f"asked: {ask.opinion}", _INDENT)


def _packets(packets: Sequence[Packet | Addressed]) -> Iterator[str]:
    listed = [
        f"{one.receiver}{'' if one.to_available else ' (not installed here)'}, {one.packet_id}"
        for one in packets
    ]
    yield from _listed(f"Packets ({_WHERE})", listed)


def _messages(packets: Sequence[Packet]) -> Iterator[str]:
    if not packets:
        return
    from mlops_agent.report.rendering import message

    for packet in packets:
        yield ""
        yield f"--- {packet.packet_id} to {packet.receiver}"
        yield from (visible(line) for line in message(packet).rstrip().split("\n"))


def _listed(title: str, entries: Sequence[str]) -> Iterator[str]:
    if not entries:
        return
    yield ""
    yield f"{title}:"
    yield from (_wrapped(f"- {one}", 2) for one in entries)


def _wrapped(text: str, indent: int) -> str:
    return textwrap.fill(
        " ".join(visible(text).split()),
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )
