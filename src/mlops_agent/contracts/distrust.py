"""What a repository's text holds that is not meant for the people who read it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mlops_agent.contracts.base import Record


class HiddenText(Record):
    """Characters that a person does not see; `what` counts them by kind, line 0 is the name."""

    path: str
    line: int = Field(ge=0)
    what: str


class SeenInjection(Record):
    """Text that speaks to agents or forges a turn of their conversation.

    `quote` is its beginning on one line, for people; what it asks to be repeated is blanked out.
    A heuristic: that none is listed says nothing.
    """

    path: str
    line: int = Field(ge=1)
    kind: Literal["addressed", "override", "forged-turn", "hidden-element"]
    quote: str
