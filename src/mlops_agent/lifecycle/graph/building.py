"""Building the graph of a repository from its facts, one kind of join after the other."""

from __future__ import annotations

from collections.abc import Iterable

from mlops_agent.lifecycle.graph.calls import CallTable
from mlops_agent.lifecycle.graph.graph import Graph
from mlops_agent.lifecycle.graph.link import Link
from mlops_agent.lifecycle.graph.modules import ModuleTable
from mlops_agent.lifecycle.graph.python_links import call_links, import_links
from mlops_agent.lifecycle.graph.values import ValueResolver
from mlops_agent.lifecycle.index import FactIndex


def build_graph(facts: FactIndex, tracked: Iterable[str]) -> Graph:
    """The graph over the facts; `tracked` are all listed paths, parsed or not."""
    modules = ModuleTable(tracked)
    calls = CallTable(facts, modules)
    values = ValueResolver(facts, modules, calls)
    links: list[Link] = [*import_links(facts, modules), *call_links(facts, calls)]
    return Graph(links, calls, values)
