"""The key `roster`: the skills beside the standard ones that work can go to, and those left out.

Owns its shape, plain names and no name twice. Which names are standard it does not know.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Self

from pydantic import field_validator, model_validator

from mlops_agent.settings.section import Section

PLAIN_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MOST_NAME = 64
"""Characters of a name, as in the format of Agent Skills."""


class RosterEntry(Section):
    """A skill that work can be handed to.

    `territory` says in one line what it answers for; it may be left out for an optional skill of
    the standard roster. `objects` are phrases that make a request its own ("feature flag"),
    `examples` requests that are its own, `near_misses` requests that only sound like it.
    """

    name: str
    territory: str = ""
    objects: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    near_misses: tuple[str, ...] = ()

    @field_validator("name")
    @classmethod
    def _plain(cls, value: str) -> str:
        if len(value) > MOST_NAME or not PLAIN_NAME.fullmatch(value):
            raise ValueError(
                f"{value!r} is no skill's name: small letters, digits and single hyphens,"
                f" at most {MOST_NAME}"
            )
        return value

    @field_validator("objects", "examples", "near_misses")
    @classmethod
    def _said(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(not one.strip() for one in value):
            raise ValueError("an empty entry")
        return value


class Roster(Section):
    """Skills to `add` to the standard roster, and names of it that this team does not have."""

    add: tuple[RosterEntry, ...] = ()
    leave_out: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _no_name_twice(self) -> Self:
        for key, names in (("add", [one.name for one in self.add]), ("leave-out", self.leave_out)):
            twice = [name for name, times in Counter(names).items() if times > 1]
            if twice:
                raise ValueError(f"{key} names {twice[0]} twice")
        return self
