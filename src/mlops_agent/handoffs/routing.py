"""A request routed: whose work it is, and a packet for each other owner.

The one way from a request to a `Route` for every face. Secrets are blanked before anything reads
the text; a model is asked only where a caller brings one, and only about what is uncertain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mlops_agent.boundary.accepting import checked_text
from mlops_agent.boundary.cutting import read_request
from mlops_agent.contracts.handoff import Packet
from mlops_agent.contracts.request import Request
from mlops_agent.contracts.routing import Route, Routing
from mlops_agent.distrust.hidden import holds_hidden
from mlops_agent.handoffs.addressing import PACKED
from mlops_agent.handoffs.announcing import HIDDEN
from mlops_agent.handoffs.answers import route_answered, with_answers
from mlops_agent.handoffs.veiling import veiled
from mlops_agent.vocabulary.siblings import Sibling, standard_roster

if TYPE_CHECKING:
    from mlops_agent.boundary.reading import Reading
    from mlops_agent.handoffs.packing import Knowing


@dataclass(frozen=True, slots=True)
class Advice:
    """What a model said of uncertain asks: by the ask's place, an owner, why, and the model's name.

    An empty owner says that it is nobody's; an ask that is left out stays as it was computed.
    `note` tells a reader that the model was asked, or why not; `asked` is its name where it was.
    """

    opinions: Mapping[int, tuple[str, str, str]]
    note: str
    asked: str = ""


class Advisor(Protocol):
    """Gives a second opinion on asks; it raises nothing for an endpoint that fails."""

    def __call__(
        self, text: str, routing: Routing, asks: Sequence[int], roster: Sequence[Sibling]
    ) -> Advice:
        """What is said of the asks at these places of a routing of the text."""
        ...


def routed(
    request: Request,
    roster: Sequence[Sibling] | None = None,
    repo: Path | None = None,
    advisor: Advisor | None = None,
) -> Route:
    """Decide whose work a request is, and pack what is not ours.

    Args:
        request: the request; its secrets are blanked here, as in all that comes of it.
        roster: the skills beside ours, the standard ones where None.
        repo: a repository whose map tells receivers what they need; read only where packets go out.
        advisor: who is asked about uncertain asks, nobody where None.

    Raises:
        BadInputError: the text is empty, no text or too long, or the repository can't be read.
    """
    known = standard_roster() if roster is None else tuple(roster)
    checked_text(request.text, source="the request")
    asked, blanked = veiled(request)
    routing = route_answered(asked, known)
    said = with_answers(asked.text, routing.answered)
    routing = _advised(routing, said, known, advisor)
    packets = _packets(routing, asked, repo) if routing.decision in PACKED else []
    hidden = HIDDEN if holds_hidden(said) else ""
    notes = [*routing.notes, *(one for one in (blanked, hidden) if one)]
    settled = routing.model_copy(update={"notes": notes})
    return Route.model_validate({**dict(settled), "handoffs": packets})


def packed_whole(routing: Routing, request: Request) -> list[Packet]:
    """The packets of a routing as the request alone fills them, of any size.

    `request` is without its secrets already. This is what a check holds packets against.
    """
    from mlops_agent.handoffs.packing import whole_packets

    return list(whole_packets(routing, request, _reading(routing, request)))


def _packets(routing: Routing, request: Request, repo: Path | None) -> list[Packet]:
    from mlops_agent.handoffs.packing import packets_of

    homes = [Path.home(), repo or Path()]
    return packets_of(routing, request, _reading(routing, request), _knowing(repo), homes)


def _reading(routing: Routing, request: Request) -> Reading:
    return read_request(with_answers(request.text, routing.answered))


def _knowing(repo: Path | None) -> Knowing | None:
    if repo is None:
        return None
    from mlops_agent.handoffs.facts import Repository

    return Repository(repo).known


def _advised(
    routing: Routing, text: str, roster: Sequence[Sibling], advisor: Advisor | None
) -> Routing:
    if advisor is None:
        return routing
    from mlops_agent.boundary.opinions import uncertain, with_opinions

    asks = uncertain(routing)
    if not asks:
        return routing
    advice = advisor(text, routing, asks, roster)
    settled = with_opinions(routing, advice.opinions)
    told = [
        one.model_copy(update={"opinion": advice.asked}) if place in asks else one
        for place, one in enumerate(settled.asks)
    ]
    return settled.model_copy(update={"asks": told, "notes": [*settled.notes, advice.note]})
