"""The first step of a run: whose work the request is, with packets for what is somebody else's.

Computed, with no model. What its words leave uncertain is left to a driver that can judge it.
Packets are journaled before the routing: a routing in the journal is complete.
"""

from __future__ import annotations

from collections.abc import Mapping

from mlops_agent.boundary.opinions import uncertain
from mlops_agent.contracts.handoff import OURS
from mlops_agent.contracts.journal import HandedOff, Routed
from mlops_agent.contracts.routing import Routing
from mlops_agent.drivers.base import Routes
from mlops_agent.handoffs.blanked import blanked
from mlops_agent.handoffs.roster import roster_of
from mlops_agent.handoffs.routing import routed
from mlops_agent.tools.context import ToolContext
from mlops_agent.tools.desk import Desk, Ending

ASKS_NOTHING = "no words of the request ask for anything"


def route_run(desk: Desk, context: ToolContext, routes: Routes) -> Routing:
    """Route the run's request, journal what came of it, and put the packets on the desk.

    Raises BadInputError for a roster that can't be used.
    """
    request = desk.request.model_copy(update={"answers": desk.answers})
    route = routed(request, roster_of(desk.survey.settings), context.worktree.path)
    if routes == "uncertain" and uncertain(route):
        route = route.model_copy(update={"handoffs": [], "left_to_driver": True})
    for number, packet in enumerate(route.handoffs, start=1):
        call = f"route-{number}"
        desk.handoffs[call] = blanked(packet, context.redactor)
        context.append(HandedOff, call=call, packet=desk.handoffs[call])
    routing = Routing(**{name: getattr(route, name) for name in Routing.model_fields})
    context.append(Routed, routing=routing)
    return routing


def is_open(routing: Routing, answers: Mapping[str, str]) -> bool:
    """Whether a routing asked what has an answer now, so that it is to be made again."""
    return any(one.id in answers for one in routing.questions)


def ending_of(routing: Routing) -> Ending | None:
    """How a run ends that leaves its driver nothing to do, or None where it goes on.

    A request that asks for nothing (a link, a trace) ends in questions. An ask whose owner its
    words do not show goes on: the repository may settle it.
    """
    if routing.left_to_driver:
        return None
    if routing.decision == "decline":
        return Ending("declined", why="; ".join(dict.fromkeys(one.why for one in routing.asks)))
    if routing.decision in {"handoff", "split"} and OURS not in routing.targets:
        return Ending("handoff", why=_whose(routing))
    if routing.decision == "clarify" and not routing.asks:
        return Ending("questions", why=ASKS_NOTHING, questions=tuple(routing.questions))
    return None


def _whose(routing: Routing) -> str:
    if len(routing.targets) > 1:
        return f"the work of {' and of '.join(routing.targets)}"
    (owner,) = routing.targets
    return f"the work of {owner}: {routing.asks[0].why}"
