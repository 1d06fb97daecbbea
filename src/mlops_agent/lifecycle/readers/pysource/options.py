"""Command line options of one file and their defaults: argparse, click and typer.

A default is what the program runs with when nothing is said, so it folds; an option without one
stays unknown.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from mlops_agent.lifecycle.readers.pysource.folding import Folding
from mlops_agent.lifecycle.readers.pysource.sites import CallSite
from mlops_agent.lifecycle.readers.pysource.values import Folded, constant
from mlops_agent.lifecycle.readers.pysource.walk import Walk

_FALSE_ACTIONS = {"store_true": False, "store_false": True}


def argparse_options(calls: Iterable[CallSite], folding: Folding) -> dict[str, Folded]:
    """Return destination -> default of every `add_argument` call; differing defaults drop out."""
    found: dict[str, set[Folded]] = {}
    for site in calls:
        func = site.node.func
        if isinstance(func, ast.Attribute) and func.attr == "add_argument":
            default = _default(site, folding)
            if default is not None:
                found.setdefault(_destination(site.node), set()).add(default)
    return {name: values.pop() for name, values in found.items() if name and len(values) == 1}


def click_parameters(walk: Walk, folding: Folding) -> dict[tuple[str, str], Folded]:
    """Return (function scope, parameter) -> default, from `@click.option` decorators."""
    found: dict[tuple[str, str], Folded] = {}
    for name, scope in walk.functions.items():
        for decorator in scope.node.decorator_list if scope.node else []:
            if not isinstance(decorator, ast.Call) or scope.parent is None:
                continue
            if folding.names.of(decorator.func, scope.parent) not in (
                "click.option",
                "click.argument",
            ):
                continue
            given = _keyword(decorator, "default")
            default = folding.fold(given, scope.parent) if given is not None else None
            if default is not None and default.value is not None:
                found[name, _destination(decorator)] = default
    return found


def _default(site: CallSite, folding: Folding) -> Folded | None:
    given = _keyword(site.node, "default")
    if given is None:
        action = _keyword(site.node, "action")
        named = constant(action) if action is not None else None
        value = _FALSE_ACTIONS.get(str(named.value)) if named else None
        return Folded(value) if value is not None else None
    found = folding.fold(given, site.context.scope)
    return found if found is not None and found.value is not None else None


def _destination(node: ast.Call) -> str:
    given = _keyword(node, "dest")
    if given is not None:
        named = constant(given)
        return str(named.value) if named else ""
    texts = [str(c.value) for a in node.args if (c := constant(a)) and isinstance(c.value, str)]
    plain = [t for t in texts if not t.startswith("-")]
    long = [t for t in texts if t.startswith("--")]
    chosen = (plain or long or texts or [""])[0]
    return chosen.lstrip("-").partition("/")[0].replace("-", "_")


def _keyword(node: ast.Call, name: str) -> ast.expr | None:
    return next((k.value for k in node.keywords if k.arg == name), None)
