"""The tool Lifecycle: the map of the base tree, compact."""

from __future__ import annotations

import json

from mlops_agent.contracts.base import Record
from mlops_agent.contracts.journal import ToolResult
from mlops_agent.contracts.lifecycle import STAGES, Asset, LifecycleMap
from mlops_agent.tools.base import text_result
from mlops_agent.tools.context import ToolContext
from mlops_agent.tools.desk import Desk

MOST_ASSETS = 12
"""Assets shown a stage; the rest is counted."""


class LifecycleInput(Record):
    """Lifecycle takes no arguments."""


class Lifecycle:
    """Show how a model gets from data to production in this repository, as committed at the base.

    Answers in JSON: for each lifecycle stage the places (path:line, tool, name) where its work is
    done, an empty list where nothing does it; then how the places are joined, and files that could
    not be read.
    """

    name = "Lifecycle"
    Input = LifecycleInput
    parallel = False

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def run(self, call: str, values: LifecycleInput, context: ToolContext) -> ToolResult:
        """Return the map as compact JSON."""
        return text_result(call, self.name, compact(self._desk.survey.map))


def compact(the_map: LifecycleMap) -> str:
    """The map as one JSON line a stage, edge list and skipped files."""
    stages = {
        stage: [_asset(asset) for asset in the_map.assets if asset.stage == stage]
        for stage in STAGES
    }
    shown = {stage: _cut(places) for stage, places in stages.items()}
    names = {asset.id: f"{asset.path}:{asset.line}" for asset in the_map.assets}
    edges = sorted(
        {
            f"{names.get(edge.source, edge.source)} {edge.kind} "
            f"{names.get(edge.target, edge.target)}"
            for edge in the_map.edges
        }
    )
    skipped = [f"{skipped.path}: {skipped.reason}" for skipped in the_map.skipped]
    told = {"stages": shown, "edges": _cut(edges, 60), "not_read": _cut(skipped, 20)}
    return json.dumps(told, ensure_ascii=False, indent=1)


def _asset(asset: Asset) -> str:
    return f"{asset.path}:{asset.line} {asset.tool} {asset.name}"


def _cut(lines: list[str], most: int = MOST_ASSETS) -> list[str]:
    rest = len(lines) - most
    return [*lines[:most], f"and {rest} more"] if rest > 0 else lines
