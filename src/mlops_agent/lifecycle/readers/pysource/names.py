"""What a name stands for: dotted names through imports, constructors, `self`, and annotations.

A value is named after what made it (`client = MlflowClient()` makes `client.x` an
`mlflow.MlflowClient.x`). What the file does not tell stays None; nothing is guessed.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping
from dataclasses import dataclass, field

from mlops_agent.lifecycle.readers.pysource.scopes import Binding, Scope, latest

DEPTH_LIMIT = 24
"""Steps followed from a name to its origin; longer ways stay unknown."""

SEGMENT_LIMIT = 12
"""Longest dotted name kept; a longer chain of calls counts as an unknown receiver."""

_BUILTINS = frozenset(dir(builtins))
_MAKERS = frozenset({"open", "str", "dict", "list", "set", "tuple", "bytes"})
"""Builtins that tell what they return; `getattr(...)` and its like can be anything."""

_GIVEN = frozenset({"spark", "dbutils"})
"""Names that notebook platforms bind before the first line; they stand for themselves."""

_WRAPPERS = frozenset({"Optional", "Annotated", "Final", "ClassVar", "Type", "type", "Awaitable"})


@dataclass(slots=True)
class Names:
    """Resolves expressions of one file. `same_as` maps a package's other names to the usual one."""

    classes: Mapping[str, Scope]
    functions: Mapping[str, Scope]
    same_as: Mapping[str, str] = field(default_factory=dict[str, str])
    _makers: dict[str, str | None] = field(default_factory=dict[str, "str | None"])

    def of(
        self, node: ast.expr, scope: Scope, line: int | None = None, depth: int = 0
    ) -> str | None:
        """Return the dotted name of `node`, or of what made the value that it holds, or None."""
        if depth > DEPTH_LIMIT:
            return None
        found: str | None = None
        match node:
            case ast.Name():
                found = self._name(node.id, scope, line or node.lineno, depth)
            case ast.Attribute():
                base = self.of(node.value, scope, line, depth + 1)
                if base:
                    found = self._member(base, node.attr, line or node.lineno, depth)
            case ast.Call(func=ast.Name(id="super"), args=[]):
                found = self._base(scope, depth)
            case ast.Call():
                found = self._made_by(self.of(node.func, scope, line, depth + 1), depth)
            case ast.Await() | ast.NamedExpr():
                found = self.of(node.value, scope, line, depth + 1)
            case ast.BoolOp():
                found = self._first(node.values, scope, line, depth)
            case ast.IfExp():
                found = self._first([node.body, node.orelse], scope, line, depth)
            case _:
                pass
        return found

    def _first(
        self, nodes: list[ast.expr], scope: Scope, line: int | None, depth: int
    ) -> str | None:
        found = (self.of(n, scope, line, depth + 1) for n in nodes[:4])
        return next((name for name in found if name), None)

    def _name(self, name: str, scope: Scope, line: int, depth: int) -> str | None:
        if name in ("self", scope.self_name):
            owner = scope.enclosing_class()
            if owner is not None:
                return owner.name
        place = scope.look_up(name)
        if place is None:
            return name if name in _BUILTINS or name in _GIVEN else None
        where, bindings = place
        binding = latest(bindings, line if where is scope else None)
        return self._bound(binding, depth)

    def _bound(self, binding: Binding, depth: int) -> str | None:
        if binding.done:
            return binding.resolved
        if binding.busy or depth > DEPTH_LIMIT:
            return None
        binding.busy = True
        binding.resolved = self._origin(binding, depth)
        binding.busy = False
        binding.done = True
        return binding.resolved

    def _origin(self, binding: Binding, depth: int) -> str | None:
        if binding.dotted:
            return self.usual(binding.dotted) if binding.kind == "import" else binding.dotted
        scope = binding.scope
        if scope is None:
            return None
        if binding.annotation is not None:
            named = self.annotated(binding.annotation, scope, depth + 1)
            if named:
                return named
        if binding.kind in ("value", "context") and binding.node is not None:
            return self.of(binding.node, scope, None if depth > 8 else binding.line, depth + 1)
        return None

    def annotated(self, node: ast.expr, scope: Scope, depth: int = 0) -> str | None:
        """Return the class that an annotation names: `X`, `"X"`, `X | None`, `Optional[X]`."""
        match node:
            case ast.Constant(value=str(text)) if (
                len(text) < 100 and text.replace(".", "").isidentifier()
            ):
                parsed = ast.parse(text, mode="eval").body
                ast.fix_missing_locations(parsed)
                return self.annotated(parsed, scope, depth + 1)
            case ast.BinOp(op=ast.BitOr()):
                return self.annotated(node.left, scope, depth + 1) if depth < DEPTH_LIMIT else None
            case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name)):
                if name not in _WRAPPERS or depth > DEPTH_LIMIT:
                    return None
                inner = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
                return self.annotated(inner, scope, depth + 1)
            case ast.Name() | ast.Attribute():
                named = self.of(node, scope, None, depth + 1)
                return named if named and named not in _BUILTINS else None
            case _:
                return None

    def _member(self, base: str, attribute: str, line: int, depth: int) -> str | None:
        owner = self.classes.get(base)
        if owner is not None:
            return self._class_member(owner, attribute, line, depth)
        if base in self.functions:
            base = self._decorated(base) or base
        if base.count(".") >= SEGMENT_LIMIT:
            return None
        return self.usual(f"{base}.{attribute}")

    def _base(self, scope: Scope, depth: int) -> str | None:
        owner = scope.enclosing_class()
        node = owner.node if owner is not None else None
        if owner is None or not isinstance(node, ast.ClassDef) or len(node.bases) != 1:
            return None
        return self.of(node.bases[0], owner.parent or owner, None, depth + 1)

    def _decorated(self, function: str) -> str | None:
        # A decorator that replaces a function makes its members: `@flow def f` has `f.serve`.
        if function in self._makers:
            return self._makers[function]
        self._makers[function] = None
        scope = self.functions[function]
        for decorator in scope.node.decorator_list if scope.node and scope.parent else []:
            maker = decorator.func if isinstance(decorator, ast.Call) else decorator
            named = self.of(maker, scope.parent or scope)
            if named and named not in _BUILTINS and named not in self.functions:
                self._makers[function] = named
                return named
        return None

    def _class_member(self, owner: Scope, attribute: str, line: int, depth: int) -> str | None:
        for table in (owner.attributes, owner.names):
            bindings = table.get(attribute)
            if bindings:
                binding = latest(bindings, None)
                if binding.kind == "function" and self._is_property(binding.dotted):
                    return self._made_by(binding.dotted, depth + 1)
                return self._bound(binding, depth + 1)
        node = owner.node
        bases = node.bases if isinstance(node, ast.ClassDef) and owner.parent else []
        for base in bases[:3]:
            named = self.of(base, owner.parent or owner, None, depth + 1)
            if named and named != owner.name and depth < DEPTH_LIMIT:
                return self._member(named, attribute, line, depth + 1)
        return None

    def _is_property(self, dotted: str) -> bool:
        scope = self.functions.get(dotted)
        decorators = scope.node.decorator_list if scope and scope.node else []
        names = (d.id if isinstance(d, ast.Name) else getattr(d, "attr", "") for d in decorators)
        return any(name in ("property", "cached_property") for name in names)

    def _made_by(self, callee: str | None, depth: int) -> str | None:
        if callee is None:
            return None
        if callee in _BUILTINS and callee not in _MAKERS:
            return None
        scope = self.functions.get(callee)
        if scope is None or scope.node is None or isinstance(scope.node, ast.ClassDef):
            return callee
        if scope.node.returns is not None:
            named = self.annotated(scope.node.returns, scope.parent or scope, depth + 1)
            if named:
                return named
        if depth > DEPTH_LIMIT:
            return None
        found = (self.of(r, scope, None, depth + 4) for r in scope.returns[:4])
        return next((name for name in found if name), None)

    def usual(self, dotted: str) -> str:
        """Return the usual name where a package offers several for one thing."""
        return self.same_as.get(dotted, dotted)
