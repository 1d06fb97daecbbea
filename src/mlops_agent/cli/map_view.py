"""The map as text for people: stages in order, what is absent, how things are joined.

Owns what is shown and what is only counted; the words are in `templates/map.*`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from mlops_agent.contracts.lifecycle import STAGES, Asset, Edge, LifecycleMap, Stage

ASSETS_SHOWN = 8
EDGES_SHOWN = 20
SKIPPED_SHOWN = 6
_NAME_WIDTH = 60


@dataclass(frozen=True, slots=True)
class StageView:
    """A stage with the assets to show, the number left out, and the number beside the first."""

    stage: Stage
    assets: list[Asset]
    more: int
    others: int


@dataclass(frozen=True, slots=True)
class EdgeView:
    """An edge by paths instead of ids."""

    source: str
    target: str
    kind: str
    line: int
    join: str


def view(drawn: LifecycleMap, form: str, *, quiet: bool, verbose: bool) -> str:
    """Render the map as "text" or "markdown"; `quiet` is one line a stage, `verbose` everything."""
    from mlops_agent.texts import render

    edges = _edges(drawn)
    shown_edges = edges if verbose else edges[:EDGES_SHOWN]
    shown_skipped = drawn.skipped if verbose else drawn.skipped[:SKIPPED_SHOWN]
    shown = [a for stage in STAGES for a in _stage(drawn, stage, verbose).assets]
    return render(
        "map.md.j2" if form == "markdown" else "map.txt.j2",
        map=drawn,
        quiet=quiet,
        stages=[_stage(drawn, stage, verbose) for stage in STAGES],
        guessed=any(asset.confidence == "low" for asset in shown),
        absent=[stage for stage in STAGES if not drawn.stages[stage].present],
        width=max((len(f"{a.path}:{a.line}") for a in shown), default=0),
        edges=shown_edges,
        more_edges=len(edges) - len(shown_edges),
        skipped=shown_skipped,
        more_skipped=len(drawn.skipped) - len(shown_skipped),
    )


def shortened(name: str) -> str:
    """A name cut to the width of a terminal line's rest."""
    return name if len(name) <= _NAME_WIDTH else name[: _NAME_WIDTH - 3] + "..."


def _stage(drawn: LifecycleMap, stage: Stage, verbose: bool) -> StageView:
    every = [asset for asset in drawn.assets if asset.stage == stage]
    every.sort(key=lambda a: (_RANK[a.confidence], PurePosixPath(a.path).parts))
    kept = every if verbose else every[:ASSETS_SHOWN]
    named = [asset.model_copy(update={"name": shortened(asset.name)}) for asset in kept]
    return StageView(stage, named, len(every) - len(kept), len(every) - 1)


_RANK = {"high": 0, "medium": 1, "low": 2}


def _edges(drawn: LifecycleMap) -> list[EdgeView]:
    path = {asset.id: asset.path for asset in drawn.assets}
    return [_edge(edge, path) for edge in drawn.edges]


def _edge(edge: Edge, path: dict[str, str]) -> EdgeView:
    return EdgeView(path[edge.source], path[edge.target], edge.kind, edge.line, edge.join)
