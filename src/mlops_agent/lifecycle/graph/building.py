"""Building the graph of a repository from its facts, one kind of join after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from mlops_agent.lifecycle.facts import Command, ConfigObject
from mlops_agent.lifecycle.graph.artifact_links import Touch, artifact_links, touches
from mlops_agent.lifecycle.graph.calls import CallTable
from mlops_agent.lifecycle.graph.command_links import CommandLinks
from mlops_agent.lifecycle.graph.config_links import config_links
from mlops_agent.lifecycle.graph.graph import Graph
from mlops_agent.lifecycle.graph.link import Link
from mlops_agent.lifecycle.graph.mention_links import mention_links
from mlops_agent.lifecycle.graph.model_links import ModelRef, model_links, model_refs
from mlops_agent.lifecycle.graph.modules import ModuleTable
from mlops_agent.lifecycle.graph.places import Places
from mlops_agent.lifecycle.graph.python_links import call_links, dynamic_import_links, import_links
from mlops_agent.lifecycle.graph.values import ValueResolver
from mlops_agent.lifecycle.index import FactIndex


@dataclass(frozen=True, slots=True)
class Joined:
    """The graph, and what its joins were made of: artefacts touched, models referred to."""

    graph: Graph
    touches: tuple[Touch, ...]
    models: tuple[ModelRef, ...]
    commands: CommandLinks


def build_graph(facts: FactIndex, tracked: Iterable[str]) -> Joined:
    """The graph over the facts; `tracked` are all listed paths, parsed or not."""
    paths = tuple(tracked)
    modules, places = ModuleTable(paths), Places(paths)
    calls = CallTable(facts, modules)
    values = ValueResolver(facts, modules, calls)
    commands = CommandLinks(facts, modules, places, console_scripts(facts, modules))
    plain = Graph((), calls, values)
    touched, models = touches(facts, plain), model_refs(facts, plain)
    links: list[Link] = [
        *import_links(facts, modules),
        *call_links(facts, calls),
        *dynamic_import_links(facts, modules),
        *commands.links(),
        *mention_links(facts, places, modules),
        *config_links(facts, places),
        *artifact_links(facts, touched, _stage_scripts(facts, commands)),
        *model_links(models),
    ]
    return Joined(Graph(links, calls, values), tuple(touched), tuple(models), commands)


def console_scripts(facts: FactIndex, modules: ModuleTable) -> dict[str, str]:
    """The file behind each console script that a pyproject.toml declares."""
    found: dict[str, str] = {}
    for item in facts.of(ConfigObject):
        if item.path.rpartition("/")[2] != "pyproject.toml":
            continue
        for entry in item.entries:
            section, _, name = entry.key.rpartition(".")
            if section.endswith("scripts") and isinstance(entry.value, str):
                target = modules.resolve(item.path, entry.value.partition(":")[0].strip())
                if target is not None:
                    found[name] = target
    return found


def _stage_scripts(facts: FactIndex, commands: CommandLinks) -> dict[str, list[str]]:
    """The Python files that each DVC stage runs, by `path:stage`."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for command in facts.of(Command):
        if command.origin == "dvc":
            scripts = [t for t, _ in commands.targets(command) if t.endswith((".py", ".ipynb"))]
            found[f"{command.path}:{command.owner}"] += scripts
    return found
