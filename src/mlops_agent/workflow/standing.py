"""What a repository shows of controls that no gate asks about: alerts, drift checks, a way back.

A place is only named where the file itself says so; whether it works is the rules' to judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_agent.contracts.gates import Evidence
from mlops_agent.lifecycle.facts import AlertRule, Call, Command, Definition

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

MOST_PLACES = 3
_DRIFT = re.compile(r"drift|evidently|nannyml|whylogs|alibi_detect|ks_2samp|\bpsi\b", re.IGNORECASE)
_BACK = re.compile(r"(?:^|_|\b)roll_?back", re.IGNORECASE)
_SLOW = re.compile(r"(?:latency|duration|seconds)\w*.*>\s*[\d.]+", re.IGNORECASE)
_SILENT = re.compile(r"\babsent(?:_over_time)?\(|==\s*0\b|<\s*1\b")
_REQUIRED = re.compile(r"(?:^|/)requirements[\w.-]*\.txt$")
_FREE = re.compile(r"\s*(?![#\s-]|$)(?!.*(?:===?\s*\d|@\s*\S))")
_SEEDS = ("random_state", "seed", "random_seed")
_TEST = re.compile(r"(?:^|/)(?:tests?|fixtures)/|(?:^|/)test_")


def standing(lifecycle: Lifecycle) -> dict[str, list[Evidence]]:
    """The places of each such control, at most a few each, by its name."""
    found: dict[str, list[Evidence]] = {}
    for name, path, line in _places(lifecycle):
        places = found.setdefault(name, [])
        if len(places) < MOST_PLACES and not _TEST.search(path):
            text = lifecycle.facts.line(path, line).strip()[:160]
            places.append(Evidence(source="repository", text=text, path=path, line=line))
    return {name: places for name, places in found.items() if places}


def _places(lifecycle: Lifecycle) -> Iterator[tuple[str, str, int]]:
    for rule in lifecycle.facts.of(AlertRule):
        if _SLOW.search(rule.expr):
            yield "latency-alert", rule.path, rule.expr_line
        if _SILENT.search(rule.expr):
            yield "silence-alert", rule.path, rule.expr_line
    for asset in lifecycle.map.assets:
        if asset.stage == "monitoring" and _DRIFT.search(f"{asset.path} {asset.name}"):
            yield "drift", asset.path, asset.line
    for fact in lifecycle.facts.of(Definition):
        if _BACK.search(fact.name):
            yield "rollback", fact.path, fact.line
    for command in lifecycle.facts.of(Command):
        if _BACK.search(command.text) or "rollout undo" in command.text:
            yield "rollback", command.path, command.line
    yield from _pinned(lifecycle)
    for call in lifecycle.facts.of(Call):
        if any(call.argument(name) is not None for name in _SEEDS):
            yield "seeds", call.path, call.line


def _pinned(lifecycle: Lifecycle) -> Iterator[tuple[str, str, int]]:
    """The requirement files, where each line of all of them names one exact version."""
    paths = [one for one in lifecycle.tracked if _REQUIRED.search(one) and not _TEST.search(one)]
    lines = {path: lifecycle.facts.text(path).splitlines() for path in paths}
    if not any(_FREE.match(line) for every in lines.values() for line in every):
        for path, every in lines.items():
            first = next((n for n, line in enumerate(every, 1) if "==" in line), None)
            if first is not None:
                yield "pinned", path, first
