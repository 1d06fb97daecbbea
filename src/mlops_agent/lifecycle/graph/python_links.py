"""Links that Python itself makes: imports, and calls of other files' functions and classes."""

from __future__ import annotations

from collections.abc import Iterator

from mlops_agent.lifecycle.facts import Call, Import
from mlops_agent.lifecycle.graph.calls import CallTable
from mlops_agent.lifecycle.graph.link import Link
from mlops_agent.lifecycle.graph.modules import ModuleTable
from mlops_agent.lifecycle.index import FactIndex


def import_links(facts: FactIndex, modules: ModuleTable) -> Iterator[Link]:
    """A link for each import of a file of the repository."""
    for fact in facts.of(Import):
        for dotted in _candidates(fact):
            target = modules.resolve(fact.path, dotted)
            if target is not None and target != fact.path:
                yield Link(fact.path, target, "imports", fact.path, fact.line, "exact")
                break


def dynamic_import_links(facts: FactIndex, modules: ModuleTable) -> Iterator[Link]:
    """A link for each `importlib.import_module` of a file of the repository by a known name."""
    for call in facts.of(Call):
        value = call.argument("name", 0) if call.name == "importlib.import_module" else None
        if value is not None and value.string:
            target = modules.resolve(call.path, value.string)
            if target is not None and target != call.path:
                yield Link(call.path, target, "imports", call.path, call.line, "folded")
                yield Link(call.path, target, "invokes", call.path, call.line, "folded")


def call_links(facts: FactIndex, calls: CallTable) -> Iterator[Link]:
    """A link for each call that reaches a definition in another file."""
    for call in facts.of(Call):
        reached = calls.callee(call)
        if reached is not None and reached[0] != call.path:
            join = "heuristic" if call.name.startswith(".") else "exact"
            yield Link(call.path, reached[0], "invokes", call.path, call.line, join)


def _candidates(fact: Import) -> tuple[str, ...]:
    if not fact.name:
        return (fact.module,)
    joint = "" if fact.module.endswith(".") else "."
    return (f"{fact.module}{joint}{fact.name}", fact.module)
