"""Makes ConfigObjects out of trees; shared by the interpreters of declarative files."""

from __future__ import annotations

from mlops_agent.lifecycle.facts import ConfigObject
from mlops_agent.lifecycle.readers.source import Source
from mlops_agent.lifecycle.readers.tree import Mapping, Node, entries_of


def object_of(
    node: Node,
    source: Source,
    *,
    family: str,
    kind: str,
    name: str,
    api: str = "",
    namespace: str = "",
    line: int = 0,
) -> ConfigObject:
    """A ConfigObject of a tree with its leaves as entries; the other arguments are its fields.

    `line` is where the object's key stands, when that is not the first line of its tree.
    """
    line = source.clamp(line or node.line)
    return ConfigObject(
        path=source.path,
        line=line,
        end_line=max(line, source.clamp(node.end_line)),
        family=family,
        api=api,
        kind=kind,
        name=name,
        namespace=namespace,
        entries=entries_of(node),
        templated=source.templated,
    )


def named_objects(
    node: Mapping | None, source: Source, *, family: str, kind: str, api: str = ""
) -> list[ConfigObject]:
    """One ConfigObject for each pair of a mapping, named by its key."""
    return [
        object_of(value, source, family=family, kind=kind, name=key.text, api=api, line=key.line)
        for key, value in (node.pairs if node else ())
    ]
