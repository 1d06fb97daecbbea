"""Constant folding across files: what a value is when its own file alone does not tell.

Follows imported constants, and parameters whose every known caller passes one and the same
value. What stays unknown stays unknown: nothing is guessed.
"""

from __future__ import annotations

import re

from mlops_agent.lifecycle.facts import Assignment, Call, Value
from mlops_agent.lifecycle.graph.calls import CallTable
from mlops_agent.lifecycle.graph.modules import ModuleTable
from mlops_agent.lifecycle.index import FactIndex

_NAME = re.compile(r"[A-Za-z_][\w.]*\Z")
_DEPTH = 5


class ValueResolver:
    """Resolves values of one repository; answers are kept."""

    def __init__(self, facts: FactIndex, modules: ModuleTable, calls: CallTable) -> None:
        self._modules = modules
        self._calls = calls
        self._assigned: dict[tuple[str, str, str], list[Value]] = {}
        for fact in facts.of(Assignment):
            key = (fact.path, fact.scope, fact.target)
            self._assigned.setdefault(key, []).append(fact.value)

    def resolve(self, path: str, scope: str, value: Value) -> Value:
        """The value, folded as far as the repository allows."""
        return self._resolve(path, scope, value, _DEPTH)

    def _resolve(self, path: str, scope: str, value: Value, depth: int) -> Value:
        if value.known != "unknown" or depth == 0 or not _NAME.match(value.text):
            return value
        found = (
            self._from_callers(path, scope, value.text, depth)
            or self._from_assignment(path, scope, value.text, depth)
            or self._from_import(path, value.text, depth)
        )
        return value if found is None else Value("folded", found.value, value.text, found.holes)

    def _from_callers(self, path: str, scope: str, name: str, depth: int) -> Value | None:
        definition = self._calls.definition(path, scope)
        if definition is None or definition.is_class:
            return None
        names = [parameter for parameter, _ in definition.parameters]
        if name not in names:
            return None
        place = names.index(name) - (names[0] in ("self", "cls"))
        default = dict(definition.parameters)[name]
        passed = [
            self._argument(call, name, place, default, depth)
            for call in self._calls.callers(path, scope)
        ]
        return _the_one(passed) if passed else None

    def _argument(self, call: Call, name: str, place: int, default: Value, depth: int) -> Value:
        given = call.argument(name, place)
        if given is None:
            return default
        return self._resolve(call.path, call.scope, given, depth - 1)

    def _from_assignment(self, path: str, scope: str, name: str, depth: int) -> Value | None:
        while True:
            values = self._assigned.get((path, scope, name))
            if values:
                return _the_one([self._resolve(path, scope, v, depth - 1) for v in values])
            if not scope:
                return None
            scope = scope.rpartition(".")[0]

    def _from_import(self, path: str, name: str, depth: int) -> Value | None:
        head, _, rest = name.partition(".")
        imported = self._calls.imported(path, head)
        if imported is None:
            return None
        joint = "" if imported.module.endswith(".") else "."
        dotted = f"{imported.module}{joint}{imported.name}" if imported.name else imported.module
        target = self._modules.resolve_symbol(path, f"{dotted}.{rest}" if rest else dotted)
        if target is None or not target[1]:
            return None
        found = self._from_assignment(target[0], "", target[1], depth - 1)
        return found or self._from_import(target[0], target[1], depth - 1) if depth > 1 else found


def _the_one(values: list[Value]) -> Value | None:
    """The value if all are known and the same."""
    if any(value.known == "unknown" for value in values):
        return None
    distinct = {(value.value, value.holes) for value in values}
    return values[0] if len(distinct) == 1 else None
