"""Which definition of the repository a call reaches, and who calls a definition.

Names are followed through imports and through re-exports of package `__init__` files. A method on
an unknown receiver reaches a definition only when one class of the repository has that method.
"""

from __future__ import annotations

from collections import defaultdict

from mlops_agent.lifecycle.facts import Call, Definition, Import
from mlops_agent.lifecycle.graph.modules import ModuleTable
from mlops_agent.lifecycle.index import FactIndex
from mlops_agent.vocabulary.lookup import vocabulary

_REEXPORTS = 4
_COMMON = frozenset(
    {"get", "run", "load", "save", "read", "write", "update", "add", "close", "open", "main", "put"}
)
"""Method names that too many foreign classes share to be followed without a known receiver."""


class CallTable:
    """Calls and definitions of a repository, joined."""

    def __init__(self, facts: FactIndex, modules: ModuleTable) -> None:
        self._modules = modules
        self._defined: dict[tuple[str, str], Definition] = {}
        self._methods: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        self._imports: dict[tuple[str, str], Import] = {}
        for definition in facts.of(Definition):
            where = _full(definition.scope, definition.name)
            self._defined.setdefault((definition.path, where), definition)
            if definition.scope and not definition.is_class:
                self._methods[definition.name].append((definition.path, where))
        for imported in facts.of(Import):
            if imported.scope == "":
                self._imports.setdefault((imported.path, imported.alias), imported)
        self._callee: dict[int, tuple[str, str]] = {}
        self._callers: defaultdict[tuple[str, str], list[Call]] = defaultdict(list)
        for call in facts.of(Call):
            found = self._find(call)
            if found is not None:
                self._callee[id(call)] = found
                self._callers[found].append(call)

    def callee(self, call: Call) -> tuple[str, str] | None:
        """The file and the dotted place of the definition that the call reaches."""
        return self._callee.get(id(call))

    def callers(self, path: str, scope: str) -> tuple[Call, ...]:
        """The calls that reach the definition; a class is reached by making one of it."""
        return tuple(self._callers.get((path, scope), ()))

    def definition(self, path: str, scope: str) -> Definition | None:
        """The function or class at that place."""
        return self._defined.get((path, scope))

    def imported(self, path: str, alias: str) -> Import | None:
        """The module-level import that binds a name in a file."""
        return self._imports.get((path, alias))

    def _find(self, call: Call) -> tuple[str, str] | None:
        name = call.name
        if name.startswith(".") and call.path and not name.startswith(".."):
            relative = self._modules.resolve_symbol(call.path, name) if "." in name[1:] else None
            return self._symbol(*relative) if relative else self._method(name[1:])
        head, _, rest = name.partition(".")
        if head in ("self", "cls"):
            return self._own_method(call, rest)
        local = self._local(call, name)
        if local is not None:
            return local
        return self._dotted(call.path, name) if "." in name else None

    def _dotted(self, importer: str, name: str) -> tuple[str, str] | None:
        """The definition of `pkg.mod.thing`; a package may bind a submodule's name to its thing."""
        target = self._modules.resolve_symbol(importer, name)
        if target is not None and target[1]:
            return self._symbol(*target)
        package, _, last = name.rpartition(".")
        holder = self._modules.resolve(importer, package) if package else None
        return self._symbol(holder, last) if holder is not None and target is not None else None

    def _local(self, call: Call, name: str) -> tuple[str, str] | None:
        scope = call.scope
        while True:
            where = (call.path, _full(scope, name))
            if where in self._defined:
                return where
            if not scope:
                return None
            scope = scope.rpartition(".")[0]

    def _own_method(self, call: Call, name: str) -> tuple[str, str] | None:
        holder = call.scope.rpartition(".")[0]
        where = (call.path, _full(holder, name))
        return where if where in self._defined else self._method(name)

    def _method(self, name: str) -> tuple[str, str] | None:
        if "." in name or name in _COMMON or vocabulary().call("." + name) is not None:
            return None
        found = self._methods.get(name, [])
        return found[0] if len(found) == 1 else None

    def _symbol(self, path: str, name: str, depth: int = 0) -> tuple[str, str] | None:
        """The definition of a name that a module binds, looked up through its own imports."""
        if (path, name) in self._defined:
            return path, name
        head, _, rest = name.partition(".")
        imported = self._imports.get((path, head))
        if imported is not None and depth < _REEXPORTS:
            dotted = (
                _full(imported.module, imported.name or "") if imported.name else imported.module
            )
            target = self._modules.resolve_symbol(path, _full(dotted, rest) if rest else dotted)
            if target is not None and target != (path, name):
                return self._symbol(*target, depth + 1)
        return (path, name) if (path, head) in self._defined else None


def _full(scope: str, name: str) -> str:
    return f"{scope}.{name}" if scope and not scope.endswith(".") else f"{scope}{name}"
