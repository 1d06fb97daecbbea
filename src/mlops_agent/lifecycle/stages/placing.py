"""Placing files in stages: all signs together, weak ones weighed, one asset a file and stage."""

from __future__ import annotations

from collections import defaultdict

from mlops_agent.contracts.lifecycle import STAGES, Asset
from mlops_agent.lifecycle.graph.graph import Graph
from mlops_agent.lifecycle.index import FactIndex
from mlops_agent.lifecycle.stages.sign import Sign
from mlops_agent.lifecycle.stages.words import word_signs

_CONFIDENCE = {"high": 0, "medium": 1, "low": 2}


def place(facts: FactIndex, graph: Graph) -> list[Asset]:
    """The assets of a repository, by stage, then path."""
    del graph
    signs = [sign for sign in word_signs(facts) if not sign.weak]
    return assets_of(signs)


def assets_of(signs: list[Sign]) -> list[Asset]:
    """One asset for each file and stage, at its most telling sign."""
    by_place: defaultdict[tuple[int, str], list[Sign]] = defaultdict(list)
    for sign in signs:
        by_place[STAGES.index(sign.stage), sign.path].append(sign)
    return [_asset(min(by_place[key], key=_telling)) for key in sorted(by_place)]


def _telling(sign: Sign) -> tuple[int, int, int, str]:
    return (sign.weak, _CONFIDENCE[sign.confidence], sign.line, sign.name)


def _asset(sign: Sign) -> Asset:
    return Asset(
        id=f"{sign.stage}:{sign.path}",
        stage=sign.stage,
        kind=sign.kind,
        tool=sign.tool,
        name=sign.name,
        path=sign.path,
        line=max(sign.line, 1),
        end_line=max(sign.end_line, sign.line, 1),
        confidence=sign.confidence,
    )
