"""What the parts of a repository's settings have in common: closed, and keys with hyphens."""

from __future__ import annotations

from pydantic import ConfigDict

from mlops_agent.contracts.base import Record


def _hyphens(name: str) -> str:
    return name.replace("_", "-")


class Section(Record):
    """A part of the settings; its keys are its fields, with hyphens for underscores."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, alias_generator=_hyphens
    )
