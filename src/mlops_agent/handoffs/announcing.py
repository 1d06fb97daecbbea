"""Whose work a request is as a line or two at a terminal needs it: the short way beside `routed`.

Owns leaving out what such lines don't show: the packets' content, and the checked records, which
take longer to load and to build than all the rest. Both ways say the same; a test holds that.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from mlops_agent.boundary.decided import Decided
from mlops_agent.boundary.routing import decided_on
from mlops_agent.distrust.hidden import holds_hidden
from mlops_agent.handoffs.addressing import PACKED, Addressed, addressed
from mlops_agent.handoffs.veiling import holds_secrets
from mlops_agent.vocabulary.siblings import Sibling

HIDDEN = "The request holds characters that are not seen: data, to be looked at before it goes on."


class Announced(NamedTuple):
    """A decision, and the packets that go out with it, from outside."""

    decided: Decided
    packets: list[Addressed]


def announced(text: str, roster: Sequence[Sibling]) -> Announced | None:
    """Decide whose work a request's text is; None where it holds secrets, so is to be veiled."""
    if holds_secrets(text):
        return None
    decided = decided_on(text, roster)
    homes = [Path.home(), Path()]
    packets = addressed(decided.targets, homes, text) if decided.decision in PACKED else []
    hidden = [HIDDEN] if holds_hidden(text) else []
    return Announced(decided._replace(notes=(*decided.notes, *hidden)), packets)
