"""Whose work a request is, from its text alone.

Owns the way from a text to a decision: read, owners, decision. It knows of no repository and asks
no model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from mlops_agent.boundary.cutting import read_request
from mlops_agent.boundary.decided import Decided, routing_of
from mlops_agent.boundary.deciding import DEVOPS, INSTEAD, decide
from mlops_agent.boundary.leaning import Learned
from mlops_agent.boundary.overlong import notes_on, with_further
from mlops_agent.boundary.reading import Cut, Reading
from mlops_agent.boundary.rostering import own_entries, owned_by
from mlops_agent.boundary.sharing import with_seconds
from mlops_agent.vocabulary.siblings import Sibling, standard_roster

if TYPE_CHECKING:
    from mlops_agent.contracts.routing import Routing


def route_text(
    text: str, roster: Sequence[Sibling] | None = None, known: Learned | None = None
) -> Routing:
    """Decide whose work a request is; arguments as `decided_on`."""
    return routing_of(decided_on(text, roster, known))


def decided_on(
    text: str, roster: Sequence[Sibling] | None = None, known: Learned | None = None
) -> Decided:
    """Decide whose work a request is, as plain records.

    Args:
        text: the request as it was given.
        roster: the skills beside ours that work can go to; the standard roster where None.
        known: what single words lean to; what is shipped where None.
    """
    skills = standard_roster() if roster is None else tuple(roster)
    reading = _with_an_ask(read_request(text))
    owned, notes = owned_by(reading, skills, known)
    instead = {} if any(one.name == DEVOPS for one in skills) else {DEVOPS: INSTEAD}
    entries = {one.name for one in own_entries(skills)}
    reading, owned = with_seconds(reading, owned, instead, known, entries)
    within = len(owned)
    reading, owned = with_further(reading, owned, lambda part: owned_by(part, skills, known)[0])
    notes = [*notes, *notes_on(reading, len(owned) - within)]
    decided = decide(reading, owned, skills)
    return decided._replace(notes=(*decided.notes, *notes))


def _with_an_ask(reading: Reading) -> Reading:
    """A reading whose only order is what not to do ("promote none unless ..."): that is its ask."""
    if reading.cuts or not reading.excluded:
        return reading
    asked: list[Cut] = []
    for said in reading.excluded:
        start = reading.text.find(said)
        if start >= 0:
            asked.append(Cut(start, start + len(said), said, "order", object=said))
    return replace(reading, cuts=tuple(asked), excluded=())
