"""The lifecycle map: assets and links put into the record that leaves the program."""

from __future__ import annotations

from collections import defaultdict

from mlops_agent.contracts.lifecycle import (
    STAGES,
    Asset,
    Edge,
    LifecycleMap,
    Repo,
    Skipped,
    Stage,
    StagePresence,
)
from mlops_agent.lifecycle.graph.graph import Graph
from mlops_agent.lifecycle.graph.link import Link

_AIM: dict[str, tuple[Stage, ...]] = {
    "registers": ("registry", "promotion"),
    "promotes": ("promotion", "deployment"),
    "serves": ("deployment", "registry"),
    "monitors": ("monitoring", "deployment"),
    "triggers": ("retraining", "training"),
}
"""Which stage a link of a kind speaks of, where a file is an asset of several."""


def make_map(
    repo: Repo, assets: list[Asset], graph: Graph, skipped: dict[str, str]
) -> LifecycleMap:
    """The map record; sorted throughout, so that equal repositories give equal bytes."""
    return LifecycleMap(
        repo=repo,
        stages={stage: _presence(stage, assets) for stage in STAGES},
        assets=assets,
        edges=_edges(assets, graph),
        skipped=[Skipped(path=path, reason=skipped[path]) for path in sorted(skipped)],
    )


def _presence(stage: Stage, assets: list[Asset]) -> StagePresence:
    ids = [asset.id for asset in assets if asset.stage == stage]
    return StagePresence(present=bool(ids), assets=ids)


def _edges(assets: list[Asset], graph: Graph) -> list[Edge]:
    by_path: defaultdict[str, list[Asset]] = defaultdict(list)
    for asset in assets:
        by_path[asset.path].append(asset)
    first: dict[tuple[str, str, str], Link] = {}
    for link in graph.links():
        if link.kind != "imports" and link.source in by_path and link.target in by_path:
            first.setdefault((link.source, link.target, link.kind), link)
    edges = [
        Edge(
            source=_end(by_path[link.source], link.kind, 0).id,
            target=_end(by_path[link.target], link.kind, 1).id,
            kind=link.kind,
            path=link.path,
            line=max(link.line, 1),
            join=link.join,
        )
        for link in first.values()
        if link.kind != "imports" and link.source != link.target
    ]
    return sorted(edges, key=lambda e: (e.source, e.target, e.kind, e.path, e.line))


def _end(assets: list[Asset], kind: str, side: int) -> Asset:
    """The asset of a file that a link of this kind speaks of: source (0) or target (1)."""
    wanted = _AIM.get(kind)
    if wanted is not None:
        for asset in assets:
            if asset.stage == wanted[side]:
                return asset
    return assets[0]
