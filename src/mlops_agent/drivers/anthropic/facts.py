"""What is known of a repository before the first turn, short enough to be told each time.

The map and the findings, each list cut to what matters first, with what was left out counted. Names
and paths are the repository's own text, so they are told as data.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlops_agent.contracts.finding import SEVERITIES, Finding
from mlops_agent.contracts.lifecycle import STAGES, Asset, LifecycleMap
from mlops_agent.texts import render
from mlops_agent.tools.survey import Survey

MOST_CHARACTERS = 6500
"""About 2,200 tokens of paths and names, at three characters a token."""
WIDEST = 160
_CONFIDENCE = {"high": 0, "medium": 1, "low": 2}


@dataclass(frozen=True, slots=True)
class Lengths:
    """How many of each are told: places a stage, joins, findings, skipped files."""

    places: int
    joins: int
    findings: int
    skipped: int


STEPS = (Lengths(8, 40, 20, 8), Lengths(5, 25, 12, 5), Lengths(3, 12, 8, 3), Lengths(2, 6, 5, 2))


def facts(survey: Survey) -> str:
    """The facts as text, the most that fits; raises BadInputError for unusable settings."""
    for lengths in STEPS[:-1]:
        told = _told(survey, lengths)
        if len(told) <= MOST_CHARACTERS:
            return told
    return _told(survey, STEPS[-1])[:MOST_CHARACTERS]


def _told(survey: Survey, lengths: Lengths) -> str:
    the_map = survey.lifecycle.map
    stages = {stage: _places(the_map, stage, lengths.places) for stage in STAGES}
    return render(
        "prompt-facts.md.j2",
        repo=the_map.repo,
        stages=stages,
        joins=_cut(_joins(the_map), lengths.joins),
        findings=_cut([_finding(one) for one in _worst_first(survey.findings)], lengths.findings),
        skipped=_cut([f"{one.path}: {one.reason}" for one in the_map.skipped], lengths.skipped),
    )


def _places(the_map: LifecycleMap, stage: str, most: int) -> list[str]:
    assets = [asset for asset in the_map.assets if asset.stage == stage]
    assets.sort(key=lambda asset: _CONFIDENCE[asset.confidence])
    return _cut([_place(asset) for asset in assets], most)


def _place(asset: Asset) -> str:
    return f"{asset.path}:{asset.line} {asset.tool} {asset.name}"


def _joins(the_map: LifecycleMap) -> list[str]:
    names = {asset.id: asset.path for asset in the_map.assets}
    joined = (
        f"{names.get(edge.source, edge.source)} {edge.kind} {names.get(edge.target, edge.target)}"
        for edge in the_map.edges
    )
    return list(dict.fromkeys(joined))


def _worst_first(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda one: -SEVERITIES.index(one.severity))


def _finding(one: Finding) -> str:
    fix = "" if one.fix == "none" else ", the rule knows a fix"
    return (
        f"{one.fingerprint[:12]} {one.rule} {one.severity}, {one.boundary}{fix}: "
        f"{one.path}:{one.line} {one.message}"
    )


def _cut(lines: list[str], most: int) -> list[str]:
    shown = [line if len(line) <= WIDEST else f"{line[:WIDEST]}..." for line in lines[:most]]
    rest = len(lines) - most
    return [*shown, f"and {rest} more"] if rest > 0 else shown
