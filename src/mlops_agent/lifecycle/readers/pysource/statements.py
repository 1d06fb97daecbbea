"""Facts of statements: imports, definitions, assignments, main guards."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mlops_agent.lifecycle.facts import Assignment, Definition, Import, MainGuard, Value
from mlops_agent.lifecycle.readers.pysource.calls import CallFacts
from mlops_agent.lifecycle.readers.pysource.folding import Folding
from mlops_agent.lifecycle.readers.pysource.sites import (
    AssignSite,
    DefinitionSite,
    ImportSite,
)

_NO_DEFAULT = Value("unknown", None, "")
_ENTRY_LIMIT = 200


def import_fact(site: ImportSite, path: str) -> Import:
    """Return the fact of one imported name; a relative module keeps its dots."""
    node, alias = site.node, site.alias
    if isinstance(node, ast.Import):
        module, name = alias.name, None
        bound = alias.asname or alias.name.partition(".")[0]
    else:
        module, name = "." * node.level + (node.module or ""), alias.name
        bound = alias.asname or alias.name
    return Import(
        path=path,
        line=node.lineno,
        end_line=node.end_lineno or node.lineno,
        module=module,
        name=name,
        alias=bound,
        scope=site.context.scope.name,
    )


def definition_fact(site: DefinitionSite, folding: Folding) -> Definition:
    """Return the fact of a function or class.

    All parameters are listed in order, one without a default with an unknown value of empty text,
    `*args` and `**kwargs` with their stars. The line is that of `def` or `class`.
    """
    node, scope = site.node, site.scope
    functions = (d.func if isinstance(d, ast.Call) else d for d in node.decorator_list)
    names = (folding.names.of(f, scope) or folding.source.of(f) for f in functions)
    is_class = isinstance(node, ast.ClassDef)
    return Definition(
        path=folding.source.path,
        line=node.lineno,
        end_line=node.end_lineno or node.lineno,
        name=node.name,
        scope=scope.name,
        is_class=is_class,
        decorators=tuple(names),
        parameters=() if isinstance(node, ast.ClassDef) else tuple(_parameters(site, folding)),
        bases=tuple(_bases(node, site, folding)) if isinstance(node, ast.ClassDef) else (),
    )


def _bases(node: ast.ClassDef, site: DefinitionSite, folding: Folding) -> Iterator[str]:
    for base in node.bases:
        inner = base.value if isinstance(base, ast.Subscript) else base
        yield folding.names.of(inner, site.scope) or folding.source.of(base)


def _parameters(site: DefinitionSite, folding: Folding) -> Iterator[tuple[str, Value]]:
    node = site.node
    if isinstance(node, ast.ClassDef):
        return
    arguments = node.args
    ordered = [*arguments.posonlyargs, *arguments.args]
    missing = len(ordered) - len(arguments.defaults)
    for place, argument in enumerate(ordered):
        default = arguments.defaults[place - missing] if place >= missing else None
        yield argument.arg, folding.value(default, site.scope) if default else _NO_DEFAULT
    if arguments.vararg:
        yield f"*{arguments.vararg.arg}", _NO_DEFAULT
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield argument.arg, folding.value(default, site.scope) if default else _NO_DEFAULT
    if arguments.kwarg:
        yield f"**{arguments.kwarg.arg}", _NO_DEFAULT


def assignment_facts(site: AssignSite, folding: Folding, calls: CallFacts) -> Iterator[Assignment]:
    """Yield the fact of one assignment, and one for each entry of a dictionary of settings."""
    target, value, context = site.target, site.value, site.context
    if value is None:
        return
    text = folding.source.of(target)
    scope = context.scope
    made = value.value if isinstance(value, ast.Await) else value
    call = folding.names.of(made.func, scope) if isinstance(made, ast.Call) else None
    if call is None and isinstance(made, ast.Call) and isinstance(made.func, ast.Attribute):
        call = f".{made.func.attr}"
    entries = [(text, target, value, call)]
    if isinstance(value, ast.Dict):
        entries += [(t, k, v, None) for t, k, v in _entries(text, value)][:_ENTRY_LIMIT]
    for name, where, node, maker in entries:
        yield Assignment(
            path=folding.source.path,
            line=where.lineno,
            end_line=node.end_lineno or where.lineno,
            target=name,
            value=folding.value(node, scope),
            call=maker,
            scope=scope.name,
            guards=calls.guards(context),
        )


def _entries(prefix: str, table: ast.Dict) -> Iterator[tuple[str, ast.expr, ast.expr]]:
    stack = [(prefix, table)]
    while stack:
        start, node = stack.pop()
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                name = f'{start}["{key.value}"]'
                yield name, key, value
                if isinstance(value, ast.Dict):
                    stack.append((name, value))


def main_guard(node: ast.If, path: str) -> MainGuard:
    """Return the fact of an `if __name__ == "__main__":`."""
    return MainGuard(path=path, line=node.lineno, end_line=node.end_lineno or node.lineno)
