"""What of a repository each kind of receiver needs: places of the map, jobs, commands, findings.

Owns which places could matter to whom, in order. Which of them bear on the ask is not seen here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from mlops_agent.contracts.finding import Audit
from mlops_agent.contracts.lifecycle import Asset, Stage
from mlops_agent.lifecycle.facts import AlertRule, Call, Command, Job
from mlops_agent.lifecycle.reading import Lifecycle
from mlops_agent.settings.loading import YAML_NAME

MODEL_CLIENTS = ("openai.", "anthropic.", "litellm.", "langchain", "llama_index", "cohere.")
_ROLLBACK = re.compile(r"roll-?_?back|\bundo\b", re.IGNORECASE)
_PROMPT = re.compile(r"prompt[^/]*\.(?:txt|md|j2|jinja2?|ya?ml|json|toml|prompt)$", re.IGNORECASE)
_TESTING = re.compile(r"^(?:pytest|tox|nox|unittest|behave|robot)$|^test[\w-]*$")


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the repository and what the map takes it for; `telling` lines say that alone."""

    path: str
    line: int
    what: str
    telling: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """A repository as it was read: its map with facts, and the audit."""

    lifecycle: Lifecycle
    audit: Audit


Source = Callable[[Read], Iterator[Place]]


def needed(receiver: str, read: Read) -> list[Place]:
    """The places that a receiver may need, the likeliest first, each once.

    A skill of the team's own may need any.
    """
    places: dict[tuple[str, int], Place] = {}
    for source in _SOURCES.get(receiver, _ANY):
        for place in source(read):
            places.setdefault((place.path, place.line), place)
    return list(places.values())


def _stages(*stages: Stage) -> Source:
    def places(read: Read) -> Iterator[Place]:
        for stage in stages:
            for asset in read.lifecycle.map.assets:
                if asset.stage == stage and asset.confidence != "low":
                    yield _of_asset(asset)

    return places


def _findings(*rules: str) -> Source:
    def places(read: Read) -> Iterator[Place]:
        for one in read.audit.findings:
            if one.rule.startswith(rules) and not one.suppressed:
                yield Place(one.path, one.line, f"{one.rule} {one.name}, a finding of the audit")

    return places


def _alerts(read: Read) -> Iterator[Place]:
    for rule in read.lifecycle.facts.of(AlertRule):
        yield Place(rule.path, rule.line, f"the alert rule {rule.name}", telling=True)


def _rollbacks(read: Read) -> Iterator[Place]:
    for command in read.lifecycle.facts.of(Command):
        if any(_ROLLBACK.search(word) for word in command.argv):
            yield Place(command.path, command.line, "a rollback command", telling=True)
    rehearsal = read.lifecycle.settings.rehearsals.rollback
    said = read.lifecycle.facts.text(YAML_NAME).split("\n") if rehearsal else []
    for number, line in enumerate(said, start=1):
        if rehearsal and rehearsal.command in line:
            yield Place(YAML_NAME, number, "the team's own rollback", telling=True)


def _jobs(read: Read) -> Iterator[Place]:
    for job in read.lifecycle.facts.of(Job):
        yield Place(job.path, job.line, f"the {job.system} job {job.name}")


def _tests(read: Read) -> Iterator[Place]:
    for command in read.lifecycle.facts.of(Command):
        if any(_TESTING.match(word) for word in command.argv[:4]):
            yield Place(command.path, command.line, "a command that runs tests", telling=True)


def _model_calls(read: Read) -> Iterator[Place]:
    for call in read.lifecycle.facts.of(Call):
        if call.name.startswith(MODEL_CLIENTS):
            yield Place(call.path, call.line, f"a call of {call.name}", telling=True)


def _prompts(read: Read) -> Iterator[Place]:
    for path in read.lifecycle.tracked:
        if _PROMPT.search(path):
            lines = read.lifecycle.facts.text(path).split("\n")
            first = next((number for number, line in enumerate(lines, 1) if line.strip()), 1)
            yield Place(path, first, "a prompt, by its name")


def _trains_on(read: Read) -> Iterator[Place]:
    assets = {one.id: one for one in read.lifecycle.map.assets}
    for edge in read.lifecycle.map.edges:
        source, target = assets[edge.source], assets[edge.target]
        stages = {source.stage, target.stage}
        if "training" in stages and stages & {"data", "features"}:
            where = target if source.stage == "training" else source
            yield Place(edge.path, edge.line, f"where training and {where.name} are joined")


def _of_asset(asset: Asset) -> Place:
    return Place(asset.path, asset.line, f"{asset.stage}: {asset.name} ({asset.tool})")


_SOURCES: Mapping[str, tuple[Source, ...]] = {
    "sre-engineer": (_alerts, _rollbacks, _stages("monitoring", "deployment"), _findings("MON")),
    "data-engineer": (_stages("data", "features"), _trains_on, _findings("DAT")),
    "security-engineer": (_stages("registry", "promotion", "deployment"), _jobs),
    "devops-platform-engineer": (_jobs, _stages("deployment"), _findings("PIP", "DEP")),
    "systems-engineer": (_stages("deployment"), _rollbacks, _jobs, _findings("DEP")),
    "qa-engineer": (_tests, _stages("evaluation", "promotion"), _jobs),
    "ai-engineer": (_model_calls, _prompts),
    "system-design-interview": (),
}
_ANY = (
    _stages("deployment", "monitoring", "registry", "promotion", "training", "features", "data"),
    _jobs,
)
"""For skills of the team's own."""
