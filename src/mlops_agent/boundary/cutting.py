"""A request's text into a `Reading`: what is asked for, what is told, what is pasted.

Owns how the parts go together: pasted text is set aside, the caller's own lines are cut into
sentences and clauses, and where no order stands, notes and symptoms count. It gives no owner.
"""

from __future__ import annotations

from mlops_agent.boundary.gathering import Gathered, gather
from mlops_agent.boundary.language import language_of
from mlops_agent.boundary.outline import blocks
from mlops_agent.boundary.pasted import orders_in, own_stretches, passages_of
from mlops_agent.boundary.reading import Reading

MOST_CUTS = 40
"""Asks of one request; what goes beyond is told as context."""


def read_request(text: str) -> Reading:
    """Take a request apart into what it asks for and what it says around that.

    Args:
        text: the request as it was given; any text is read, none is refused. Of more than
            `MOST_CUTS` asks the later ones stand in `context`.
    """
    passages = passages_of(text)
    own = own_stretches(text, passages)
    language = language_of(text, own)
    gathered: Gathered = gather(text, blocks(text, own), language)
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
    )
