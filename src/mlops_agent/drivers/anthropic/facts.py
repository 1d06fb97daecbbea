"""What is known of a repository before the first turn, short enough to be told each time.

Findings, map, joins and unread files, each list with what matters first and what was left out
counted. Names and paths are the repository's own text, so they are told as data. Paths that a model
is to open are never cut.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from mlops_agent.contracts.finding import SEVERITIES, Finding
from mlops_agent.contracts.lifecycle import STAGES, Asset, Edge, EdgeKind, LifecycleMap
from mlops_agent.drivers.anthropic.short_paths import short_paths
from mlops_agent.texts import render
from mlops_agent.tools.survey import Survey

MOST_CHARACTERS = 6500
"""About 2,200 tokens of paths and names, at three characters a token."""
WIDEST_MESSAGE = 120
WIDEST_NAME = 60
WIDEST_REASON = 100
NAMED = 3
"""So many targets of one join, and so many unread paths of one reason, are named."""
_CONFIDENCE = {"high": 0, "medium": 1, "low": 2}
_KINDS: tuple[EdgeKind, ...] = (
    "promotes", "registers", "serves", "triggers", "monitors", "produces", "consumes", "invokes",
)  # fmt: skip
"""What moves a model comes before what merely calls."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """How many of each are told: rules, findings of one rule, places a stage, joins, reasons."""

    rules: int
    findings: int
    places: int
    joins: int
    reasons: int


STEPS = (
    Lengths(12, 8, 10, 40, 8),
    Lengths(12, 6, 8, 30, 6),
    Lengths(10, 5, 6, 20, 5),
    Lengths(10, 4, 5, 15, 4),
    Lengths(8, 3, 4, 12, 3),
    Lengths(8, 3, 3, 8, 3),
    Lengths(6, 2, 2, 5, 2),
)


def facts(survey: Survey) -> str:
    """The facts as text, the most that fits; raises BadInputError for unusable settings."""
    told = ""
    for lengths in STEPS:
        told = _told(survey, lengths)
        if len(told) <= MOST_CHARACTERS:
            break
    return told[:MOST_CHARACTERS]


def _told(survey: Survey, lengths: Lengths) -> str:
    the_map = survey.map
    return render(
        "prompt-facts.md.j2",
        repo=the_map.repo,
        findings=_cut(_findings(survey.findings, lengths.findings), lengths.rules),
        stages={stage: _cut(_places(the_map, stage), lengths.places) for stage in STAGES},
        joins=_cut(_joins(the_map), lengths.joins),
        unread=_cut(_unread(the_map), lengths.reasons),
    )


def _findings(findings: list[Finding], most: int) -> list[str]:
    """One text a rule, the worst first: what it found first in words, and where, by fingerprint."""
    by_rule: dict[str, list[Finding]] = {}
    for one in sorted(findings, key=lambda one: -SEVERITIES.index(one.severity)):
        by_rule.setdefault(one.rule, []).append(one)
    return [_of_rule(many, most) for many in by_rule.values()]


def _of_rule(many: list[Finding], most: int) -> str:
    first = many[0]
    fix = ", the rule knows a fix" if any(one.fix != "none" for one in many) else ""
    message = _short(first.message, WIDEST_MESSAGE)
    places = [f"  {one.fingerprint[:12]} {one.path}:{one.line}" for one in many]
    head = f"{first.rule} {first.severity}, {first.boundary}{fix}: {message}"
    return "\n".join([head, *_cut(places, most, indent="  ")])


def _places(the_map: LifecycleMap, stage: str) -> list[str]:
    assets = [asset for asset in the_map.assets if asset.stage == stage]
    return [_place(one) for one in sorted(assets, key=lambda one: _CONFIDENCE[one.confidence])]


def _place(asset: Asset) -> str:
    """Where and what, with nothing said twice (`mlflow mlflow.register_model`)."""
    name = _short(asset.name, WIDEST_NAME)
    what = name if name.startswith(f"{asset.tool}.") else f"{asset.tool} {name}"
    told = asset.tool if asset.path.endswith(asset.name) else what
    return f"{asset.path}:{asset.line} {told}"


def _joins(the_map: LifecycleMap) -> list[str]:
    """One line a source and kind, with the shortest paths that leave no doubt."""
    paths = {asset.id: asset.path for asset in the_map.assets}
    names = short_paths(paths.values())

    def named(end: str) -> str:
        path = paths.get(end, end)
        return names.get(path, path)

    edges = sorted(the_map.edges, key=_rank)
    targets: dict[tuple[str, str], dict[str, None]] = {}
    for edge in edges:
        source, target = named(edge.source), named(edge.target)
        if source != target:
            targets.setdefault((source, edge.kind), {})[target] = None
    return [f"{source} {kind} {_named(list(many))}" for (source, kind), many in targets.items()]


def _rank(edge: Edge) -> tuple[bool, int]:
    """What is only guessed comes last: one name can guess a join with every deployment."""
    return edge.join == "heuristic", _KINDS.index(edge.kind)


def _unread(the_map: LifecycleMap) -> list[str]:
    """One line a reason; what can't be read comes before what is none of the lifecycle."""
    skipped = sorted(the_map.skipped, key=lambda one: one.reason)
    grouped = [
        (reason, [one.path for one in many])
        for reason, many in groupby(skipped, key=lambda one: one.reason)
    ]
    grouped.sort(key=lambda pair: len(pair[1]))
    return [f"{_short(reason, WIDEST_REASON)}: {_named(paths)}" for reason, paths in grouped]


def _named(paths: list[str]) -> str:
    rest = len(paths) - NAMED
    return ", ".join(paths[:NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}..."


def _cut(lines: Iterable[str], most: int, indent: str = "") -> list[str]:
    all_lines = list(lines)
    rest = len(all_lines) - most
    return [*all_lines[:most], f"{indent}and {rest} more"] if rest > 0 else all_lines
