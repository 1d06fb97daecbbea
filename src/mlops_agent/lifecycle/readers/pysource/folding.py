"""Constant folding inside one file: what an expression's value is, as far as the file tells.

Followed: constants bound once, f-strings and other joins (what is unknown leaves a `{}` hole),
paths from `__file__`, dictionary and class settings, and the defaults of parameters, of
`os.getenv`, and of command line options. A name with two different values stays unknown.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from mlops_agent.lifecycle.facts import Value
from mlops_agent.lifecycle.readers.pysource.names import Names
from mlops_agent.lifecycle.readers.pysource.scopes import Binding, Scope
from mlops_agent.lifecycle.readers.pysource.text import SourceText
from mlops_agent.lifecycle.readers.pysource.values import (
    HOLE,
    Folded,
    arithmetic,
    concatenate,
    constant,
    converted,
    interleave,
    is_text,
    joined_path,
    parent_path,
    template_fields,
)

DEPTH_LIMIT = 24
STRING_LIMIT = 500
"""Longest folded text kept, in characters."""


_OPTION_HOLDERS = frozenset({"args", "arguments", "opts", "options", "opt", "flags", "FLAGS"})
_SAME = frozenset(
    {"str", "int", "float", "bool", "pathlib.Path", "pathlib.PurePath", "pathlib.PurePosixPath"}
    | {"os.path.abspath", "os.path.realpath", "os.path.normpath", "os.fspath", "os.path.expanduser"}
)
_DEFAULTED = {
    "os.getenv": 1,
    "os.environ.get": 1,
    "typer.Option": 0,
    "typer.Argument": 0,
    "pydantic.Field": 0,
    "fastapi.Query": 0,
}
"""Calls that give a default, and its position (or the keyword `default`)."""
_SAME_METHODS = frozenset({"resolve", "absolute", "as_posix", "expanduser", "strip", "rstrip"})


@dataclass(slots=True)
class Folding:
    """Folds expressions of one file. `options` are command line options by destination."""

    source: SourceText
    names: Names
    options: Mapping[str, Folded] = field(default_factory=dict[str, Folded])
    parameters: Mapping[tuple[str, str], Folded] = field(
        default_factory=dict[tuple[str, str], Folded]
    )
    _busy: set[int] = field(default_factory=set[int])
    _known: dict[tuple[int, int], Folded | None] = field(
        default_factory=dict[tuple[int, int], Folded | None]
    )

    def value(self, node: ast.expr, scope: Scope) -> Value:
        """Return what an expression is known to be, with its source text."""
        text = self.source.of(node)
        literal = constant(node)
        if literal is not None and not literal.holes:
            return Value("literal", literal.value, text)
        found = self.fold(node, scope)
        if found is None or (found.holes and found.value == HOLE):
            return Value("unknown", None, text)
        return Value("folded", found.value, text, found.holes)

    def fold(self, node: ast.expr, scope: Scope, depth: int = 0) -> Folded | None:
        """Return the value of `node` as far as this file tells, or None."""
        found = self._fold(node, scope, depth) if depth <= DEPTH_LIMIT else None
        if found is not None and isinstance(found.value, str) and len(found.value) > STRING_LIMIT:
            return None
        return found

    def _fold(self, node: ast.expr, scope: Scope, depth: int) -> Folded | None:
        found: Folded | None = None
        match node:
            case ast.Constant() | ast.UnaryOp():
                found = constant(node)
            case ast.Name():
                found = self._name(node, scope, depth)
            case ast.Attribute():
                found = self._attribute(node, scope, depth)
            case ast.JoinedStr():
                found = self._joined(node, scope, depth)
            case ast.BinOp():
                found = self._operation(node, scope, depth)
            case ast.Call():
                found = self._call(node, scope, depth)
            case ast.Subscript():
                found = self._item(node, scope, depth)
            case ast.BoolOp(op=ast.Or(), values=[_, last]):
                found = self.fold(last, scope, depth + 1)
            case _:
                pass
        return found

    # names

    def _name(self, node: ast.Name, scope: Scope, depth: int) -> Folded | None:
        if node.id == "__file__":
            return Folded(self.source.path)
        place = scope.look_up(node.id)
        return self._bindings(node.id, place[1], depth) if place else None

    def _bindings(self, name: str, bindings: list[Binding], depth: int) -> Folded | None:
        if len(bindings) > 4:
            return None
        found = {self._binding(name, b, depth) for b in bindings}
        return found.pop() if len(found) == 1 else None

    def _binding(self, name: str, binding: Binding, depth: int) -> Folded | None:
        scope = binding.scope
        if scope is None or binding.kind not in ("value", "parameter") or id(binding) in self._busy:
            return None
        option = self.parameters.get((scope.name, name))
        if binding.kind == "parameter" and option is not None:
            return option
        if binding.node is None:
            return None
        # By depth, since the limit cuts; without it, names that each use the last one twice would
        # be folded anew two to the power of their number times.
        at = (id(binding), depth)
        if at not in self._known:
            self._busy.add(id(binding))
            self._known[at] = self.fold(binding.node, scope, depth + 1)
            self._busy.discard(id(binding))
        found = self._known[at]
        if binding.kind == "parameter" and found is not None and found.value is None:
            return None
        return found

    def _attribute(self, node: ast.Attribute, scope: Scope, depth: int) -> Folded | None:
        if node.attr == "parent":
            return parent_path(self.fold(node.value, scope, depth + 1), 1)
        base = self.names.of(node.value, scope)
        owner = self.names.classes.get(base) if base else None
        if owner is not None:
            bindings = [*owner.names.get(node.attr, []), *owner.attributes.get(node.attr, [])]
            return self._bindings(node.attr, bindings, depth) if bindings else None
        by_parser = base is not None and base.startswith("argparse.")
        if by_parser or (isinstance(node.value, ast.Name) and node.value.id in _OPTION_HOLDERS):
            return self.options.get(node.attr)
        return None

    def _item(self, node: ast.Subscript, scope: Scope, depth: int) -> Folded | None:
        if isinstance(node.value, ast.Attribute) and node.value.attr == "parents":
            step = constant(node.slice)
            if step is not None and isinstance(step.value, int):
                return parent_path(self.fold(node.value.value, scope, depth + 1), step.value + 1)
            return None
        found = self._entry(node, scope, depth)
        return self.fold(found, scope, depth + 1) if found is not None else None

    def _entry(self, node: ast.expr, scope: Scope, depth: int) -> ast.expr | None:
        if depth > DEPTH_LIMIT:
            return None
        if isinstance(node, ast.Name):
            place = scope.look_up(node.id)
            single = place[1][0] if place and len(place[1]) == 1 else None
            return single.node if single is not None and single.kind == "value" else None
        if not isinstance(node, ast.Subscript):
            return None
        table = self._entry(node.value, scope, depth + 1)
        key = constant(node.slice)
        if not isinstance(table, ast.Dict) or key is None:
            return None
        pairs = zip(table.keys, table.values, strict=True)
        same = [v for k, v in pairs if isinstance(k, ast.Constant) and k.value == key.value]
        return same[-1] if same else None

    # joins

    def _joined(self, node: ast.JoinedStr, scope: Scope, depth: int) -> Folded | None:
        return concatenate(self._part(part, scope, depth) for part in node.values)

    def _part(self, part: ast.expr, scope: Scope, depth: int) -> Folded | None:
        if isinstance(part, ast.FormattedValue):
            if part.format_spec is not None or part.conversion != -1:
                return None
            return self.fold(part.value, scope, depth + 1)
        return constant(part)

    def _operation(self, node: ast.BinOp, scope: Scope, depth: int) -> Folded | None:
        left = self.fold(node.left, scope, depth + 1)
        right = self.fold(node.right, scope, depth + 1)
        if isinstance(node.op, ast.Mod):
            return self._percent(left, node.right, scope, depth)
        if isinstance(node.op, ast.Div) and is_text(left, right):
            return joined_path([left, right])
        if isinstance(node.op, ast.Add) and is_text(left, right):
            return concatenate([left, right])
        return arithmetic(node.op, left, right)

    def _percent(
        self, left: Folded | None, right: ast.expr, scope: Scope, depth: int
    ) -> Folded | None:
        if left is None or left.holes or not isinstance(left.value, str):
            return None
        pieces = left.value.replace("%d", "%s").split("%s")
        nodes = right.elts if isinstance(right, ast.Tuple) else [right]
        if len(pieces) != len(nodes) + 1 or "%" in "".join(pieces):
            return None
        return interleave(pieces, [self.fold(n, scope, depth + 1) for n in nodes])

    def _call(self, node: ast.Call, scope: Scope, depth: int) -> Folded | None:
        if isinstance(node.func, ast.Attribute):
            found = self._method(node.func, node, scope, depth)
            if found is not None:
                return found
        name = self.names.of(node.func, scope)
        if name is None or any(isinstance(a, ast.Starred) for a in node.args):
            return None
        if name in _DEFAULTED:
            return self._default(node, _DEFAULTED[name], scope, depth)
        given = [self.fold(a, scope, depth + 1) for a in node.args]
        if name == "os.path.join" or (name.startswith("pathlib.") and len(given) > 1):
            return joined_path(given)
        if name == "os.path.dirname" and given:
            return parent_path(given[0], 1)
        return converted(name, given[0]) if name in _SAME and len(given) == 1 else None

    def _default(self, node: ast.Call, place: int, scope: Scope, depth: int) -> Folded | None:
        given = node.args[place] if len(node.args) > place else None
        for keyword in node.keywords:
            if keyword.arg == "default":
                given = keyword.value
        return self.fold(given, scope, depth + 1) if given is not None else None

    def _method(
        self, func: ast.Attribute, node: ast.Call, scope: Scope, depth: int
    ) -> Folded | None:
        if func.attr == "format":
            return self._format(func.value, node, scope, depth)
        if func.attr == "joinpath":
            return joined_path([self.fold(a, scope, depth + 1) for a in (func.value, *node.args)])
        if func.attr not in {*_SAME_METHODS, "lower", "upper"} or node.args:
            return None
        base = self.fold(func.value, scope, depth + 1)
        if base is None or not isinstance(base.value, str):
            return None
        if func.attr in ("lower", "upper"):
            return Folded(getattr(base.value, func.attr)(), base.holes)
        return Folded(base.value.strip() if func.attr == "strip" else base.value, base.holes)

    def _format(
        self, template: ast.expr, node: ast.Call, scope: Scope, depth: int
    ) -> Folded | None:
        base = self.fold(template, scope, depth + 1)
        if base is None or base.holes or not isinstance(base.value, str):
            return None
        pieces, fields = template_fields(base.value)
        named = {k.arg: k.value for k in node.keywords}
        nodes: list[ast.expr | None] = []
        for place, name in enumerate(fields):
            number = place if name == "" else int(name) if name.isdecimal() else None
            nodes.append(
                node.args[number]
                if number is not None and number < len(node.args)
                else named.get(name)
            )
        return interleave(
            pieces, [self.fold(n, scope, depth + 1) if n is not None else None for n in nodes]
        )
