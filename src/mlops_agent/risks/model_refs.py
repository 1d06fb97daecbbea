"""References to a model in a registry, `models:/name/...`, wherever a repository writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mlops_agent.lifecycle.facts import Assignment, Call, Command, ConfigObject, Value

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

SCHEME = "models:/"
URI = re.compile(r"^models:/(?P<name>[^/@\s]+)(?:/(?P<suffix>[^/@\s]+)|@(?P<alias>\S+))?$")
STAGES = ("production", "staging", "archived", "none")
RefKind = Literal["latest", "stage", "alias", "version", "unknown"]


@dataclass(frozen=True, slots=True)
class ModelRef:
    """One reference: which model ("{}" where the name is not known) and by what it is chosen.

    `source` tells what holds it: "python", "command" or "config".
    """

    path: str
    line: int
    scope: str
    source: str
    kind: RefKind
    name: str
    chosen: str


def model_refs(lifecycle: Lifecycle) -> Iterator[ModelRef]:
    """All references of the repository, one a place, in no particular order."""
    seen: set[tuple[str, int, str]] = set()
    for ref in (*_python(lifecycle), *_commands(lifecycle), *_config(lifecycle)):
        if (ref.path, ref.line, ref.chosen) not in seen:
            seen.add((ref.path, ref.line, ref.chosen))
            yield ref


def _python(lifecycle: Lifecycle) -> Iterator[ModelRef]:
    for fact in lifecycle.facts.of(Assignment):
        yield from _from_value(lifecycle, fact, fact.scope, fact.value)
    for fact in lifecycle.facts.of(Call):
        for value in (*fact.args, *(value for _, value in fact.keywords)):
            yield from _from_value(lifecycle, fact, fact.scope, value)


def _from_value(
    lifecycle: Lifecycle, fact: Assignment | Call, scope: str, value: Value
) -> Iterator[ModelRef]:
    if not isinstance(value.value, str) or not value.value.startswith(SCHEME):
        return
    # The value may have been folded from another line, which has a fact of its own.
    line = next(
        (
            n
            for n in range(fact.line, fact.end_line + 1)
            if SCHEME in lifecycle.facts.line(fact.path, n)
        ),
        0,
    )
    if line:
        ref = parse_ref(value.value)
        if ref is not None:
            yield ModelRef(fact.path, line, scope, "python", *ref)


def _commands(lifecycle: Lifecycle) -> Iterator[ModelRef]:
    for command in lifecycle.facts.of(Command):
        for word in command.argv:
            uri = word[word.find(SCHEME) :] if SCHEME in word else ""
            ref = parse_ref(uri)
            if ref is not None:
                line = _line_with(lifecycle, command.path, command.line, command.end_line, uri)
                yield ModelRef(command.path, line, command.owner, "command", *ref)


def _config(lifecycle: Lifecycle) -> Iterator[ModelRef]:
    for item in lifecycle.facts.of(ConfigObject):
        for entry in item.entries:
            ref = parse_ref(entry.value) if isinstance(entry.value, str) else None
            if ref is not None:
                yield ModelRef(item.path, entry.line, item.name, "config", *ref)


def _line_with(lifecycle: Lifecycle, path: str, first: int, last: int, text: str) -> int:
    for number in range(first, max(first, last) + 1):
        if text in lifecycle.facts.line(path, number):
            return number
    return first


def parse_ref(uri: str) -> tuple[RefKind, str, str] | None:
    """Kind, model name and what chooses the version; None for text that is no such URI.

    As MLflow reads it: a number is a version, "latest" (any case) the newest version, anything else
    behind the slash a stage (any case).
    """
    match = URI.match(uri.strip())
    if match is None:
        return None
    name, suffix, alias = match["name"], match["suffix"] or "", match["alias"] or ""
    if alias:
        return "alias", name, alias
    if suffix.isdigit():
        return "version", name, suffix
    if suffix.lower() == "latest":
        return "latest", name, suffix
    if suffix.lower() in STAGES:
        return "stage", name, suffix
    return "unknown", name, suffix


def serving_paths(lifecycle: Lifecycle) -> frozenset[str]:
    """The files that serve the model, and those that they import."""
    placed = {asset.path for asset in lifecycle.map.assets if asset.stage == "deployment"}
    return frozenset(path for start in placed for path in lifecycle.graph.closure(start))


def stages_of(lifecycle: Lifecycle, path: str) -> frozenset[str]:
    """The stages whose work a file does, by the map."""
    return frozenset(asset.stage for asset in lifecycle.map.assets if asset.path == path)


def production_alias(lifecycle: Lifecycle) -> str:
    """The alias that production follows: the one that this repository sets, else the settings'."""
    for call in lifecycle.facts.of(Call):
        if call.name.endswith(".set_registered_model_alias"):
            value = call.argument("alias", 1)
            known = lifecycle.graph.resolve(call.path, call.scope, value).string if value else None
            if known is not None and lifecycle.settings.is_production_alias(known):
                return known
    return lifecycle.settings.aliases[0]
