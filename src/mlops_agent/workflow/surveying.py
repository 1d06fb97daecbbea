"""What a repository answers by itself, with the line that says so.

Owns joining the map to the gates' needs. A gate that is there may have a wrong threshold, and a
registry no rule of who approves: only what the files show is taken for known, and what a finding
says to be broken is asked about all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from mlops_agent.contracts.finding import Finding
from mlops_agent.contracts.gates import Answered, Evidence
from mlops_agent.contracts.lifecycle import Asset, Stage
from mlops_agent.lifecycle.facts import (
    AlertRule,
    Call,
    Comparison,
    ConfigObject,
    DvcOutput,
    DvcStage,
    Fact,
    Workflow,
)
from mlops_agent.risks.acts import does
from mlops_agent.risks.gates import Search, gated, is_gate_file, speaks_of_quality
from mlops_agent.risks.promotions import Promotion, promotions
from mlops_agent.settings.loading import TOML_NAME, YAML_NAME
from mlops_agent.vocabulary.gates import Slot, gate_words

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

Place = tuple[str, int]
"""A path and a 1-based line."""
_SURE = ("high", "medium")
_SIZES = ("<", "<=", ">", ">=")
_WIDEST = 200


def found_in(lifecycle: Lifecycle, findings: Sequence[Finding] = ()) -> list[Answered]:
    """The needs that the repository's files answer, each at its first place."""
    broken = {one.rule for one in findings if not one.suppressed}
    found: list[Answered] = []
    for slot in gate_words().slots.values():
        place = None if broken & set(slot.unsettled) else _place(lifecycle, slot)
        if place is not None:
            evidence = Evidence(
                source="repository",
                text=lifecycle.facts.line(*place).strip()[:_WIDEST] or place[0],
                path=place[0],
                line=place[1],
            )
            found.append(Answered(gate=slot.gate, slot=slot.name, evidence=evidence))
    return found


def _place(lifecycle: Lifecycle, slot: Slot) -> Place | None:
    for name in slot.repository:
        for place in _SIGNS[name](lifecycle):
            return place
    return _elsewhere(lifecycle, slot)


def _elsewhere(lifecycle: Lifecycle, slot: Slot) -> Place | None:
    """Where the repository's own settings say that the need is met outside of it."""
    for stage, reason in lifecycle.settings.external.items():
        if stage == slot.external:
            for path in (YAML_NAME, TOML_NAME):
                for number, line in enumerate(lifecycle.facts.text(path).splitlines(), 1):
                    if reason.splitlines()[0] in line:
                        return path, number
    return None


def _data_versions(lifecycle: Lifecycle) -> Iterator[Place]:
    yield from _first(lifecycle, DvcStage)
    yield from _first(lifecycle, DvcOutput)
    tools = gate_words().versioning_tools
    for asset in _assets(lifecycle, "data"):
        if asset.tool in tools:
            yield asset.path, asset.line


def _data_checks(lifecycle: Lifecycle) -> Iterator[Place]:
    for call in lifecycle.facts.of(Call):
        if does(call) == "validates" and "evaluation" not in call.name:
            yield call.path, call.line


def _schedule(lifecycle: Lifecycle) -> Iterator[Place]:
    """A schedule that reaches training: the line of its times where that is known."""
    for asset in _assets(lifecycle, "retraining"):
        yield asset.path, _line_of_times(lifecycle, asset)


def _line_of_times(lifecycle: Lifecycle, asset: Asset) -> int:
    for workflow in lifecycle.facts.of(Workflow, asset.path):
        for times in workflow.schedules:
            for number, line in enumerate(lifecycle.facts.text(asset.path).splitlines(), 1):
                if times in line:
                    return number
    return asset.line


def _gate(lifecycle: Lifecycle) -> Iterator[Place]:
    """What guards the promotion, where each promotion is guarded."""
    every = list(promotions(lifecycle))
    guarded = [(one, search) for one in every if gated(lifecycle, one, search := Search())]
    if guarded and len(guarded) == len(every):
        yield _guard(lifecycle, *guarded[0])


def _guard(lifecycle: Lifecycle, promotion: Promotion, search: Search) -> Place:
    """The comparison that guards a promotion; its own place where no single one can be named."""
    near = sorted(search.paths, key=lambda one: (one != promotion.path, one))
    started = {
        path
        for starter in near
        for link in lifecycle.graph.links(source=starter)
        for path in lifecycle.graph.closure(link.target)
        if is_gate_file(lifecycle, path)
    }
    for path in (*near, *sorted(started)):
        for fact in lifecycle.facts.of(Comparison, path):
            texts = (fact.left, fact.right, *fact.names)
            if fact.operator in _SIZES and any(speaks_of_quality(text) for text in texts):
                return fact.path, fact.line
    return promotion.path, promotion.line


def _rollout(lifecycle: Lifecycle) -> Iterator[Place]:
    keys = gate_words().rollout_keys
    for thing in lifecycle.facts.of(ConfigObject):
        for entry in thing.entries:
            if any(fnmatchcase(entry.key, key) for key in keys) and entry.value is not None:
                yield thing.path, entry.line


def _stage(stage: Stage) -> Callable[[Lifecycle], Iterator[Place]]:
    def places(lifecycle: Lifecycle) -> Iterator[Place]:
        for asset in _assets(lifecycle, stage):
            yield asset.path, asset.line

    return places


def _assets(lifecycle: Lifecycle, stage: Stage) -> list[Asset]:
    """The assets of a stage that are no guesses, the surest first."""
    return [
        one
        for sure in _SURE
        for one in lifecycle.map.assets
        if one.stage == stage and one.confidence == sure
    ]


def _first(lifecycle: Lifecycle, kind: type[Fact]) -> Iterator[Place]:
    for fact in lifecycle.facts.of(kind):
        yield fact.path, max(fact.line, 1)


def _alerts(lifecycle: Lifecycle) -> Iterator[Place]:
    for rule in lifecycle.facts.of(AlertRule):
        yield rule.path, rule.expr_line


def _files(kind: str) -> Callable[[Lifecycle], Iterator[Place]]:
    def places(lifecycle: Lifecycle) -> Iterator[Place]:
        globs = gate_words().files[kind]
        for path in lifecycle.tracked:
            name = path.rpartition("/")[2].lower()
            if any(fnmatchcase(name, one) for one in globs):
                yield path, 1

    return places


_SIGNS: dict[str, Callable[[Lifecycle], Iterator[Place]]] = {
    "data-versions": _data_versions,
    "data-checks": _data_checks,
    "schedule": _schedule,
    "gate": _gate,
    "registry": _stage("registry"),
    "deployment": _stage("deployment"),
    "rollout": _rollout,
    "alerts": _alerts,
    "monitoring": _stage("monitoring"),
    "lock": _files("lock"),
    "owners": _files("owners"),
    "runbook": _files("runbook"),
}
"""What each name under `repository` in slots.toml looks for."""
