"""Model names: aliases and what is known of each model, from data that the operator can add to."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mlops_agent.contracts.base import Record
from mlops_agent.contracts.model import ModelCard

DATA = Path(__file__).with_name("models.toml")
DEFAULT = "opus"


class _Known(Record):
    aliases: dict[str, str]
    models: dict[str, ModelCard]


@dataclass(frozen=True, slots=True)
class Model:
    """A model as requests name it, and what is known of it."""

    name: str
    card: ModelCard

    @property
    def priced(self) -> bool:
        """Whether what it costs can be told."""
        return bool(self.card.prices)


def resolve(name: str, aliases: Mapping[str, str], cards: Mapping[str, ModelCard]) -> Model:
    """The model that a name or an alias means; the operator's `aliases` and `cards` come first.

    A name that nobody knows is taken as the endpoint's own: nothing is known of it, not its price.
    """
    known = _known()
    wanted = name or DEFAULT
    full = {**known.aliases, **aliases}.get(wanted, wanted)
    return Model(full, cards.get(full) or known.models.get(full) or ModelCard())


@cache
def _known() -> _Known:
    return _Known.model_validate(tomllib.loads(DATA.read_text(encoding="utf-8")))
