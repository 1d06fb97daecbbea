"""Grafana: dashboards as JSON or YAML, and provisioned alert rules."""

from __future__ import annotations

from mlops_agent.lifecycle.facts import Fact
from mlops_agent.lifecycle.readers.documents.objects import object_of
from mlops_agent.lifecycle.readers.source import Source
from mlops_agent.lifecycle.readers.tree import Mapping, Node, Sequence


def is_dashboard(_source: Source, root: Mapping) -> bool:
    """Whether a document is a dashboard, bare or inside an API request."""
    board = root.mapping("dashboard") or root
    return board.has("panels") and (board.has("schemaVersion") or board.has("templating"))


def read_dashboard(source: Source, root: Mapping) -> list[Fact]:
    """A ConfigObject (family "grafana", kind "Dashboard") and one a panel (kind "Panel")."""
    board = root.mapping("dashboard") or root
    title = board.text("title") or source.name
    found: list[Fact] = [object_of(board, source, family="grafana", kind="Dashboard", name=title)]
    found += [
        object_of(panel, source, family="grafana", kind="Panel", name=panel.text("title"))
        for panel in _panels(board)
    ]
    return found


def is_alerting(_source: Source, root: Mapping) -> bool:
    """Whether a document provisions Grafana's own alert rules."""
    groups = [g for g in root.items("groups") if isinstance(g, Mapping)]
    rules = [r for g in groups for r in g.items("rules") if isinstance(r, Mapping)]
    return any(r.has("title") and r.has("data") for r in rules)


def read_alerting(source: Source, root: Mapping) -> list[Fact]:
    """A ConfigObject a rule (family "grafana", kind "AlertRule")."""
    groups = [g for g in root.items("groups") if isinstance(g, Mapping)]
    return [
        object_of(rule, source, family="grafana", kind="AlertRule", name=rule.text("title"))
        for group in groups
        for rule in group.items("rules")
        if isinstance(rule, Mapping)
    ]


def is_provisioning(_source: Source, root: Mapping) -> bool:
    """Whether a document provisions data sources or dashboards."""
    return root.text("apiVersion") == "1" and (root.has("datasources") or root.has("providers"))


def read_provisioning(source: Source, root: Mapping) -> list[Fact]:
    """The file as one ConfigObject (family "grafana", kind "Provisioning")."""
    return [object_of(root, source, family="grafana", kind="Provisioning", name=source.name)]


def _panels(board: Mapping) -> list[Mapping]:
    """Panels in order, those inside rows included."""
    rows: list[Node] = [*board.items("panels"), *board.items("rows")]
    found: list[Mapping] = []
    for panel in rows:
        if isinstance(panel, Mapping):
            inner = panel.get("panels")
            if isinstance(inner, Sequence):
                found += [n for n in inner.nodes if isinstance(n, Mapping)]
            if panel.has("targets") or panel.has("type"):
                found.append(panel)
    return found
