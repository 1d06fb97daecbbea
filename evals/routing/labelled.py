"""The labelled requests, and what `route_text` makes of each."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from mlops_agent.boundary.routing import route_text
from mlops_agent.contracts.routing import Decision, Routing
from mlops_agent.vocabulary.siblings import siblings, standard_roster


@dataclass(frozen=True, slots=True)
class Labelled:
    """A request and its label. `trap` names the word that misleads, empty where none does.

    `roster_add` are optional siblings that this request's roster has too; `first` is the target
    that goes before the others, empty where none does or nobody said.
    """

    id: str
    text: str
    decision: Decision
    targets: tuple[str, ...]
    style: str = ""
    trap: str = ""
    lang: str = "en"
    roster_add: tuple[str, ...] = ()
    first: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled request with what was made of it."""

    label: Labelled
    routing: Routing

    @property
    def strict(self) -> bool:
        """Whether the decision and the set of targets are the label's."""
        return self.routing.decision == self.label.decision and set(self.routing.targets) == set(
            self.label.targets
        )


def load(path: Path) -> list[Labelled]:
    """The requests of a JSONL file; keys that are no part of a label are left aside."""
    known = {one.name for one in fields(Labelled)}
    return [_labelled(json.loads(line), known) for line in path.read_text().splitlines() if line]


def _labelled(row: dict[str, object], known: set[str]) -> Labelled:
    given = {key: value for key, value in row.items() if key in known and value is not None}
    for key in ("targets", "roster_add"):
        given[key] = tuple(given.get(key, ()))  # pyright: ignore[reportArgumentType]
    given["trap"] = str(given.get("trap") or "")
    return Labelled(**given)  # pyright: ignore[reportArgumentType]


def judge(rows: Sequence[Labelled], route: Callable[..., Routing] = route_text) -> list[Judged]:
    """Each request with its routing, by the roster that its label names."""
    return [Judged(row, route(row.text, _roster(row))) for row in rows]


def _roster(row: Labelled) -> list[object]:
    added = [one for one in siblings() if one.optional and one.name in row.roster_add]
    return [*standard_roster(), *added]
