"""What a plan stands on: the figures that were said, the metric, and what the repository shows.

Only the record and how its parts are quoted; `surveyed` in planning fills it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mlops_agent.contracts.gates import Answered, Evidence
from mlops_agent.workflow.baselines import Baseline, Role
from mlops_agent.workflow.figures import Figure
from mlops_agent.workflow.metrics import Metric

MOST_QUOTED = 100
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Target:
    """The value that the request or an answer sets for the metric."""

    value: float
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Ground:
    """All that thresholds are derived from. `form` is "online", "batch" or "" where unknown.

    `guards` are the values that are set for other metrics. `clashes` and `unread` are those of
    `Figures`. `classes` tells that the model decides between classes, `numbers` that its metric is
    one of forecasts and regression; `known` are the settled slots by name, `shown` what the
    repository shows of controls beyond them, by the names of `standing`; `told` are the answers by
    their keys, and the request by "".
    """

    figures: dict[str, Figure] = field(default_factory=dict[str, Figure])
    clashes: Sequence[tuple[Figure, Figure]] = ()
    unread: dict[str, Evidence] = field(default_factory=dict[str, Evidence])
    metric: Metric | None = None
    metric_evidence: Evidence | None = None
    target: Target | None = None
    guards: Sequence[tuple[Metric, Target]] = ()
    baselines: Sequence[Baseline] = ()
    known: dict[str, list[Answered]] = field(default_factory=dict[str, list[Answered]])
    shown: dict[str, list[Evidence]] = field(default_factory=dict[str, list[Evidence]])
    told: Mapping[str, str] = field(default_factory=dict[str, str])
    form: str = ""
    classes: bool = True
    numbers: bool = False

    def value(self, kind: str) -> float | None:
        """The value of a kind of figure, or None where nobody said it."""
        figure = self.figures.get(kind)
        return figure.value if figure else None

    def baseline(self, *roles: Role) -> Baseline | None:
        """The first baseline in one of the roles that is of this metric, or of a metric at all."""
        for role in roles:
            for one in self.baselines:
                if one.role == role and (one.metric is None or self._same(one.metric)):
                    return one
        return None

    def _same(self, other: Metric) -> bool:
        return self.metric is not None and other.name == self.metric.name

    @property
    def names_metric(self) -> bool:
        """Whether request, answers or repository name a metric."""
        place = self.slot("metric")
        return self.metric is not None or (place is not None and place.source != "repository")

    @property
    def metric_name(self) -> str:
        """How the metric is called in the plan; the caller's own words where it is none we know."""
        if self.metric:
            return self.metric.name
        place = self.slot("metric")
        if place is None or not self.names_metric:
            return "the primary metric"
        words = " ".join(place.text.split())
        return f'"{words if len(words) <= MOST_QUOTED else words[: MOST_QUOTED - 3] + "..."}"'

    def silent(self, kind: str, slot: str, otherwise: str) -> str:
        """Why there is no figure of a kind: what was told of it is not understood, or nothing."""
        told = self.slot(slot) if slot else None
        if told is not None and not (told.source == "answer" or _DIGIT.search(told.text)):
            told = None
        place = self.unread.get(kind) or told
        return f"{quoted(place)} gives no figure that can be used" if place else otherwise

    def slot(self, name: str) -> Evidence | None:
        """Where a slot of the gates is answered, the request and the answers before the files."""
        found = self.known.get(name, [])
        ranked = sorted(found, key=lambda one: one.evidence.source == "repository")
        return ranked[0].evidence if ranked else None


def quoted(evidence: Evidence) -> str:
    """A piece of evidence as it is cited in a sentence; words without a place are the request's."""
    text = " ".join(evidence.text.split())
    text = text if len(text) <= MOST_QUOTED else text[: MOST_QUOTED - 3] + "..."
    where = cited(evidence)
    if evidence.path:
        return f"`{text}` at {where}"
    return f'"{text}" in the {where}' if evidence.answer else f'"{text}"'


def cited(evidence: Evidence) -> str:
    """Where a piece of evidence stands, in a few words."""
    if evidence.path:
        return f"{evidence.path}:{evidence.line}" if evidence.line else evidence.path
    return f"answer to {evidence.answer}" if evidence.answer else "request"
