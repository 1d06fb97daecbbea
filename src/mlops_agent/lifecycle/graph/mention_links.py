"""Links by written paths: a configuration, script or Python file names another tracked file.

Owns the scan of configuration text for words that are paths of tracked files, of Python calls for
such arguments, and of declared objects for folders that they sync or build from.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from mlops_agent.lifecycle.dispatch import reader_for
from mlops_agent.lifecycle.facts import Assignment, Call, ConfigObject, Import, Value
from mlops_agent.lifecycle.graph.link import Link, LinkKind
from mlops_agent.lifecycle.graph.modules import ModuleTable
from mlops_agent.lifecycle.graph.places import Places
from mlops_agent.lifecycle.index import FactIndex
from mlops_agent.vocabulary.lookup import ORCHESTRATORS, vocabulary

_SUFFIXES = r"py|ipynb|sh|bash|ya?ml|sql|tf|tfvars|toml|R|scala|jsonnet"
_SUFFIX = re.compile(rf"\.(?:{_SUFFIXES})\b")
_WORD = re.compile(
    rf"(?<![\w/.$}}-])((?:\$\{{[^}}]*\}}+|[\w.@+-])(?:\$\{{[^}}]*\}}+|[\w./@+-])*\.(?:{_SUFFIXES})(?:\.\w+)?)(?![\w/])"
)
_SCANNED = frozenset({"yaml", "toml", "shell", "makefile", "jenkinsfile", "dockerfile", "hcl"})
_UNTOLD = frozenset({"poetry.lock", "uv.lock", "pdm.lock", "dvc.lock", ".pre-commit-config.yaml"})
_FOLDER_KEYS = frozenset(
    {"path", "chart", "directory", "root_path", "bases", "resources", "source"}
)
_SYNCING = frozenset({"Application", "ApplicationSet", "Kustomization"})
"""Kinds whose `path` is always a folder; elsewhere one without a slash may be anything."""
_IN_FOLDER = (".yaml", ".yml", ".tf", ".tmpl")
_CALL_SUFFIXES = (".py", ".sql", ".ipynb", ".yaml", ".yml", ".sh", ".json")
_ENTRY_POINT = re.compile(r"[A-Za-z_]\w*(?:\.\w+)+:[A-Za-z_]\w*\Z")
_CODE_KEYS = frozenset({"code", "code_configuration", "context", "source_directory"})
_SCRIPT = re.compile(r"python3? +(?:-u +)?([\w./-]+\.py)\b")
_MAX_COMMAND = 5000
_MAX_BASES = 6
_MAX_FOLDER = 40


def mention_links(facts: FactIndex, places: Places, modules: ModuleTable) -> Iterator[Link]:
    """A link for each tracked file that another file names by its path, or as `module:name`."""
    ordering = _ordering_files(facts)
    for path in facts.paths():
        reader = reader_for(path)
        name = posixpath.basename(path)
        if reader is None or name in _UNTOLD:
            continue
        if reader.name in _SCANNED or path in ordering:
            yield from _scan(path, facts.text(path), _bases(facts, path, places), places)
    yield from _arguments(facts, places)
    yield from _folders(facts, places)
    yield from _entry_points(facts, modules)


def _ordering_files(facts: FactIndex) -> frozenset[str]:
    """Python files that import an orchestrator: their operators name scripts in lists and texts."""
    known = vocabulary()
    return frozenset(
        fact.path for fact in facts.of(Import) if known.framework_of(fact.module) in ORCHESTRATORS
    )


def _entry_points(facts: FactIndex, modules: ModuleTable) -> Iterator[Link]:
    """From a declaration to the file of a `package.module:name` that it gives as an entry point."""
    for item in facts.of(ConfigObject):
        for entry in item.entries:
            if isinstance(entry.value, str) and _ENTRY_POINT.match(entry.value):
                target = modules.resolve(item.path, entry.value.partition(":")[0])
                if target is not None:
                    yield Link(item.path, target, "invokes", item.path, entry.line, "exact")


def _scan(path: str, text: str, bases: tuple[str, ...], places: Places) -> Iterator[Link]:
    seen: set[str] = set()
    for n, code in _telling_lines(text):
        for word in _WORD.findall(code):
            target = places.file(word, *bases)
            if target is not None and target != path and target not in seen:
                seen.add(target)
                yield Link(path, target, "invokes", path, n, "path")


def _telling_lines(text: str) -> Iterator[tuple[int, str]]:
    """The numbered lines, without comments, that hold a suffix of a file to look for."""
    last, counted, n = -1, 0, 1
    for match in _SUFFIX.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        if start == last:
            continue
        last = start
        n += text.count("\n", counted, start)
        counted = start
        end = text.find("\n", start)
        code = text[start : end if end >= 0 else len(text)].partition(" #")[0]
        if not code.lstrip().startswith(("#", "//")):
            yield n, code


def _bases(facts: FactIndex, path: str, places: Places) -> tuple[str, ...]:
    """The folders that paths in a file may be relative to: its own, and those it calls its code."""
    here = posixpath.dirname(path)
    found = [here]
    for item in facts.of(ConfigObject, path):
        for entry in item.entries:
            if isinstance(entry.value, str) and not _CODE_KEYS.isdisjoint(entry.key.split(".")):
                folder = places.folder(entry.value, here)
                if folder and folder not in found:
                    found.append(folder)
    return tuple(found[:_MAX_BASES])


def _arguments(facts: FactIndex, places: Places) -> Iterator[Link]:
    for call in facts.of(Call):
        for value in (*call.args, *(v for _, v in call.keywords)):
            yield from _argument(call.path, call.line, value, places)
    for fact in facts.of(Assignment):
        yield from _argument(fact.path, fact.line, fact.value, places)


def _argument(path: str, line: int, value: Value, places: Places) -> Iterator[Link]:
    text = value.value
    if isinstance(text, str) and "python" in text and len(text) < _MAX_COMMAND:
        yield from _command(path, line, text, places)
        return
    if not isinstance(text, str) or not text.endswith(_CALL_SUFFIXES) or len(text) > 300:
        return
    here = posixpath.dirname(path)
    target = places.file(text, here)
    if target is None and "/" in text:
        target = places.by_tail(text.rpartition("{}/")[2], here)
    if target is not None and target != path:
        kind: LinkKind = "consumes" if target.endswith(".json") else "invokes"
        yield Link(path, target, kind, path, line, "path")


def _command(path: str, line: int, text: str, places: Places) -> Iterator[Link]:
    """A command handed to an SDK as text: `python train.py --data ${{inputs.data}}`."""
    here = posixpath.dirname(path)
    for script in _SCRIPT.findall(text):
        target = places.file(script, here) or places.by_tail(script, posixpath.dirname(here))
        if target is not None and target != path:
            yield Link(path, target, "invokes", path, line, "heuristic")


def _folders(facts: FactIndex, places: Places) -> Iterator[Link]:
    for item in facts.of(ConfigObject):
        for entry in item.entries:
            key = [part for part in entry.key.split(".") if not part.isdigit()]
            if not key or key[-1] not in _FOLDER_KEYS or not isinstance(entry.value, str):
                continue
            if "/" not in entry.value.strip("./") and item.kind not in _SYNCING:
                continue
            folder = places.folder(entry.value, posixpath.dirname(item.path))
            for target in places.inside(folder)[:_MAX_FOLDER] if folder else ():
                if target.endswith(_IN_FOLDER) and target != item.path:
                    yield Link(item.path, target, "triggers", item.path, entry.line, "path")
