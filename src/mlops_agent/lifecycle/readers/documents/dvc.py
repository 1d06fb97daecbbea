"""DVC: dvc.yaml stages, dvc.lock, `.dvc` files. Paths come out relative to the repository root."""

from __future__ import annotations

from collections.abc import Iterator

from mlops_agent.lifecycle.facts import DvcOutput, DvcStage, Fact, Workflow
from mlops_agent.lifecycle.readers.documents.objects import named_objects, object_of
from mlops_agent.lifecycle.readers.scripts import command_facts, script_of
from mlops_agent.lifecycle.readers.source import Source, joined_path
from mlops_agent.lifecycle.readers.tree import Leaf, Mapping, Node, Sequence, items_of, truth_of


def is_pipeline(source: Source, _root: Mapping) -> bool:
    """Whether a document is a dvc.yaml."""
    return source.name in ("dvc.yaml", "dvc.yml")


def is_lock(source: Source, _root: Mapping) -> bool:
    """Whether a document is a dvc.lock."""
    return source.name == "dvc.lock"


def is_tracked(source: Source, _root: Mapping) -> bool:
    """Whether a document is a `.dvc` file."""
    return source.name.endswith(".dvc")


def read_pipeline(source: Source, root: Mapping) -> list[Fact]:
    """A Workflow, a DvcStage a stage, the Commands of its cmd; artifacts as ConfigObjects."""
    found: list[Fact] = [
        Workflow(
            path=source.path,
            line=root.line,
            end_line=source.clamp(root.end_line),
            system="dvc",
            name=source.path,
            triggers=(),
            schedules=(),
            upstream=(),
            concurrency=False,
        )
    ]
    for key, stage in root.mappings("stages"):
        found += _stage(source, key, stage)
    found += named_objects(root.mapping("artifacts"), source, family="dvc", kind="artifact")
    return found


def read_lock(source: Source, root: Mapping) -> list[Fact]:
    """A ConfigObject (kind "LockedStage") a stage, and a DvcOutput for each of its outputs."""
    stages = root.mapping("stages")
    if stages is None:  # schema 1.0 has the stages at the top
        stages = root
    found: list[Fact] = []
    for key, stage in stages.mappings():
        found.append(object_of(stage, source, family="dvc", kind="LockedStage", name=key.text))
        for out in stage.items("outs"):
            if isinstance(out, Mapping) and out.text("path"):
                found.append(_output(source, out, out.text("path"), key.text))
    return found


def read_tracked(source: Source, root: Mapping) -> list[Fact]:
    """A DvcOutput for each tracked path, and the file itself as a ConfigObject (kind "Tracked")."""
    folder = joined_path(source.folder, root.text("wdir")) if root.has("wdir") else source.folder
    found: list[Fact] = [
        object_of(root, source, family="dvc", kind="Tracked", name=source.name[: -len(".dvc")])
    ]
    for out in root.items("outs"):
        if isinstance(out, Mapping) and out.text("path"):
            found.append(_output(source, out, joined_path(folder, out.text("path")), ""))
    return found


def _output(source: Source, node: Mapping, path: str, stage: str) -> DvcOutput:
    target = joined_path(source.folder, path) if stage else path
    line = source.clamp(node.line)
    return DvcOutput(path=source.path, line=line, end_line=line, target=target, locked_by=stage)


def _stage(source: Source, key: Leaf, outer: Mapping) -> list[Fact]:
    stage = outer.mapping("do") or outer
    wdir = stage.text("wdir")
    folder = joined_path(source.folder, wdir) if wdir else source.folder
    folder = "" if folder == "." else folder
    commands = [n for n in items_of(stage.get("cmd")) if isinstance(n, Leaf)]
    deps = stage.key("deps")
    dashes = stage.get("deps")
    found: list[Fact] = [
        DvcStage(
            path=source.path,
            line=key.line,
            end_line=max(key.line, source.clamp(outer.end_line)),
            name=key.text,
            cmd=tuple(n.text for n in commands),
            wdir=folder,
            deps=_paths(stage.get("deps"), folder),
            outs=_paths(stage.get("outs"), folder) + _paths(stage.get("plots"), folder),
            params=tuple(_params(stage.get("params"))),
            metrics=_paths(stage.get("metrics"), folder),
            frozen=truth_of(stage.get("frozen")),
            templated=outer is not stage or stage.has("matrix") or _templated(stage),
            deps_line=deps.line if deps else 0,
            deps_indent=dashes.column if isinstance(dashes, Sequence) else 0,
        )
    ]
    for command in commands:
        found += command_facts(
            script_of(command, source),
            source,
            origin="dvc",
            owner=key.text,
            working_directory=folder,
        )
    return found


def _paths(node: Node | None, folder: str) -> tuple[str, ...]:
    """Paths of a deps, outs or metrics list: an item is a path, or a path with its settings."""
    found: list[str] = []
    for item in items_of(node):
        if isinstance(item, Leaf):
            found.append(joined_path(folder, item.text))
        elif isinstance(item, Mapping):
            found.extend(joined_path(folder, name.text) for name, _ in item.pairs)
    return tuple(found)


def _params(node: Node | None) -> Iterator[str]:
    """Parameter keys; those of a named file as "file:key", the whole file as "file:"."""
    for item in items_of(node):
        if isinstance(item, Leaf):
            yield item.text
        elif isinstance(item, Mapping):
            for name, keys in item.pairs:
                below = [k.text for k in items_of(keys) if isinstance(k, Leaf)]
                yield from (f"{name.text}:{k}" for k in below or [""])


def _templated(node: Node) -> bool:
    if isinstance(node, Leaf):
        return "${" in node.text
    children = node.nodes if isinstance(node, Sequence) else [value for _, value in node.pairs]
    keys = [] if isinstance(node, Sequence) else [name for name, _ in node.pairs]
    return any("${" in name.text for name in keys) or any(_templated(n) for n in children)
