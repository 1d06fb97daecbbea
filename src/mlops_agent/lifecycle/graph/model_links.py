"""Links by model name: who registers a model, who promotes it, who loads it.

Names are compared exactly once folded. A reference whose name is not known is joined, as a
heuristic, only where the repository registers one model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from mlops_agent.lifecycle.facts import Call, ConfigObject, Value
from mlops_agent.lifecycle.graph.graph import Graph
from mlops_agent.lifecycle.graph.link import Link, LinkKind
from mlops_agent.lifecycle.index import FactIndex
from mlops_agent.vocabulary.lookup import vocabulary

Part = Literal["registers", "promotes", "loads"]
_PARTS: dict[str, Part] = {
    "registers": "registers",
    "saves": "registers",
    "promotes": "promotes",
    "loads": "loads",
    "serves": "loads",
}
_URI = re.compile(r"\A(?:models:/|azureml:|runs:/)?/?([^/@:{}]+)")
_ROLE = "model"
_LOCATIONS = ("uri", "path")
"""Roles that name a model only in the form `models:/name...`."""
_ROLES = (_ROLE, *_LOCATIONS)


@dataclass(frozen=True, slots=True)
class ModelRef:
    """A reference to a registered model; `name` is None where it is not known."""

    path: str
    line: int
    part: Part
    name: str | None
    folded: bool


def model_refs(facts: FactIndex, graph: Graph) -> list[ModelRef]:
    """Every reference to a registered model in calls and declared objects."""
    return [*_of_calls(facts, graph), *_of_objects(facts)]


def model_links(refs: list[ModelRef]) -> Iterator[Link]:
    """Links from registering to promoting and loading files, and from promoting to loading ones."""
    names = {ref.name for ref in refs if ref.part == "registers" and ref.name}
    for source in refs:
        if source.part == "loads":
            continue
        kind: LinkKind = "registers" if source.part == "registers" else "promotes"
        for target in refs:
            if target.path == source.path or target.part in (source.part, "registers"):
                continue
            if source.name and source.name == target.name:
                join = "folded" if source.folded or target.folded else "exact"
            elif None in (source.name, target.name) and len(names) <= 1:
                join = "heuristic"
            else:
                continue
            yield Link(source.path, target.path, kind, source.path, source.line, join)


def _of_calls(facts: FactIndex, graph: Graph) -> Iterator[ModelRef]:
    for call in facts.of(Call):
        word = vocabulary().call(call.name)
        if word is None or word.does not in _PARTS:
            continue
        for role in _ROLES:
            place = word.arguments.get(role)
            value = call.argument(place.keyword, place.position) if place else None
            if value is None:
                continue
            value = graph.resolve(call.path, call.scope, value)
            located = isinstance(value.value, str) and value.value.startswith("models:/")
            name = model_name(value) if located or role == _ROLE else None
            if name is None and (role in _LOCATIONS or word.does == "saves"):
                continue
            part = _PARTS[word.does]
            yield ModelRef(call.path, call.line, part, name, value.known == "folded")
            break


def _of_objects(facts: FactIndex) -> Iterator[ModelRef]:
    for item in facts.of(ConfigObject):
        word = vocabulary().object(item.family, item.api, item.kind)
        if word is None or _ROLE not in word.fields or word.does not in _PARTS:
            continue
        entry = item.entry(word.fields[_ROLE])
        if entry is not None and isinstance(entry.value, str):
            name = model_name(Value("literal", entry.value, entry.value))
            yield ModelRef(item.path, entry.line, _PARTS[word.does], name, folded=False)


def model_name(value: Value) -> str | None:
    """The registered name in a name or URI (`models:/churn@champion` -> churn), None if unknown."""
    text = value.value
    if not isinstance(text, str) or "://" in text:
        return None
    if not text.startswith("models:/") and (value.holes or "/" in text):
        return None
    found = _URI.match(text)
    if found is None or text.startswith("runs:/"):
        return None
    return found.group(1)
