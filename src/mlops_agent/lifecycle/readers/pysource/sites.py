"""What the pass notes on its way: places that may become facts, with their surroundings."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from mlops_agent.lifecycle.readers.pysource.context import Context
from mlops_agent.lifecycle.readers.pysource.scopes import Scope

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(slots=True)
class CallSite:
    """A call as it stands: `assigned` the name it is bound to, `used` false for a bare one."""

    node: ast.Call
    context: Context
    assigned: str | None
    used: bool
    raised: bool = False


@dataclass(slots=True)
class AssignSite:
    """A name, attribute or item bound to a value (None where it comes from unpacking)."""

    target: ast.expr
    value: ast.expr | None
    context: Context


@dataclass(slots=True)
class ImportSite:
    """One name of an import statement."""

    node: ast.Import | ast.ImportFrom
    alias: ast.alias
    context: Context


@dataclass(slots=True)
class DefinitionSite:
    """A function or class of the file."""

    node: FunctionNode | ast.ClassDef
    scope: Scope
