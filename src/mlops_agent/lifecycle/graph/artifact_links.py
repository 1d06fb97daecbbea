"""Links by artefacts: who writes a file, and who reads the same one.

Paths are compared as folded; a path whose folder is not known is joined by its last part alone,
and then only where few files write one of that name.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from mlops_agent.lifecycle.facts import Call, DvcStage
from mlops_agent.lifecycle.graph.graph import Graph
from mlops_agent.lifecycle.graph.link import Link
from mlops_agent.lifecycle.index import FactIndex
from mlops_agent.vocabulary.lookup import vocabulary

_WRITES = frozenset({"writes", "saves", "logs"})
_READS = frozenset({"reads", "loads"})
_FEW = 3
_FILE = re.compile(r"[^{}]+\.[A-Za-z0-9]{1,10}\Z")
_FLAG = re.compile(r"[a-z]+(?:_[a-z]+)+\Z")
"""A name of several words without a suffix: the flag files of gates."""
_PATH_ROLE = "path"


@dataclass(frozen=True, slots=True)
class Touch:
    """A file's reading or writing of an artefact; `whole` tells that the path is fully known."""

    path: str
    line: int
    artifact: str
    whole: bool
    writes: bool


def touches(facts: FactIndex, graph: Graph) -> list[Touch]:
    """Every artefact that calls of known functions, and `open`, read or write."""
    found: list[Touch] = []
    for call in facts.of(Call):
        touch = _touch(call, graph)
        if touch is not None:
            found.append(touch)
    return found


def artifact_links(
    facts: FactIndex, found: list[Touch], scripts: dict[str, list[str]]
) -> Iterator[Link]:
    """Links `produces` from writers to readers; `scripts` tells what each DVC stage runs."""
    writers: defaultdict[str, list[Touch]] = defaultdict(list)
    by_name: defaultdict[str, list[Touch]] = defaultdict(list)
    for touch in found:
        if touch.writes:
            writers[touch.artifact].append(touch)
            by_name[posixpath.basename(touch.artifact)].append(touch)
    for touch in found:
        if touch.writes:
            continue
        exact = writers.get(touch.artifact, []) if touch.whole else []
        near = exact or by_name.get(posixpath.basename(touch.artifact), [])
        if not exact and len({w.path for w in near}) > _FEW:
            continue
        for writer in near:
            if writer.path != touch.path:
                join = "path" if exact else "heuristic"
                yield Link(writer.path, touch.path, "produces", writer.path, writer.line, join)
    yield from _stages(facts, scripts)


def _stages(facts: FactIndex, scripts: dict[str, list[str]]) -> Iterator[Link]:
    stages = facts.of(DvcStage)
    for one in stages:
        outs = {*one.outs, *one.metrics}
        for two in stages:
            if one is two or not any(_within(dep, out) for dep in two.deps for out in outs):
                continue
            for source in scripts.get(f"{one.path}:{one.name}", []):
                for target in scripts.get(f"{two.path}:{two.name}", []):
                    if source != target:
                        yield Link(source, target, "produces", one.path, one.line, "path")


def _within(dep: str, out: str) -> bool:
    return dep == out or dep.startswith(out + "/") or out.startswith(dep + "/")


def _touch(call: Call, graph: Graph) -> Touch | None:
    if call.name in ("open", "builtins.open"):
        mode = call.argument("mode", 1)
        writes = bool(mode and isinstance(mode.value, str) and set("wax") & set(mode.value))
        value = call.argument("file", 0)
    else:
        word = vocabulary().call(call.name)
        if word is None or word.does not in _WRITES | _READS or _PATH_ROLE not in word.arguments:
            return None
        place = word.arguments[_PATH_ROLE]
        writes = word.does in _WRITES
        value = call.argument(place.keyword, place.position)
    if value is None:
        return None
    value = graph.resolve(call.path, call.scope, value)
    if not isinstance(value.value, str):
        return None
    artifact = _normal(value.value)
    if artifact is None:
        return None
    return Touch(call.path, call.line, artifact, not value.holes, writes)


def _normal(written: str) -> str | None:
    text = written.strip()
    if not text or "\n" in text or len(text) > 300:
        return None
    if "://" not in text:
        text = posixpath.normpath(text)
    name = posixpath.basename(text)
    return text if _FILE.match(name) or _FLAG.match(name) else None
