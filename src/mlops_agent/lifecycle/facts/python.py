"""Facts of Python source and of notebooks' code cells.

`scope` is the dotted way to the enclosing function inside the file ("" at module level,
"Trainer.fit" in a method). Names are resolved through the file's own imports, so
`from mlflow import register_model as reg; reg(...)` is a call of `mlflow.register_model`.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlops_agent.lifecycle.facts.base import Fact, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Import(Fact):
    """`import module` or `from module import name`; relative modules keep their leading dots."""

    module: str
    name: str | None
    alias: str
    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition(Fact):
    """A function or class: its decorators' resolved names, and all parameters in order.

    A parameter without a default has an unknown value with empty text; `*args` and `**kwargs` keep
    their stars. `bases` are a class's resolved bases.
    """

    name: str
    scope: str
    is_class: bool
    decorators: tuple[str, ...]
    parameters: tuple[tuple[str, Value], ...]
    bases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Fact):
    """A call. `name` is resolved as far as imports and constructor assignments allow.

    For `client = MlflowClient(); client.set_registered_model_alias(...)` the name is
    `mlflow.MlflowClient.set_registered_model_alias`; where the receiver is not known, the name
    starts with a dot: `.set_registered_model_alias`. `assigned` is the first name that the result
    is bound to, `guards` are the source texts of the enclosing `if`/`while` tests, innermost last,
    `handler` tells that an enclosing `try` has an `except` that lets the flow go on.
    """

    name: str
    scope: str
    args: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]
    starred: bool
    assigned: str | None
    used: bool
    guards: tuple[str, ...]
    handler: bool
    column: int
    end_column: int

    def argument(self, keyword: str, position: int | None = None) -> Value | None:
        """The value passed as `keyword`, or at `position` (0-based), or None if neither is."""
        for name, value in self.keywords:
            if name == keyword:
                return value
        if position is not None and position < len(self.args):
            return self.args[position]
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment(Fact):
    """A name bound to a value: `target` is dotted for attributes ("self.model")."""

    target: str
    value: Value
    call: str | None
    scope: str
    guards: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Fact):
    """A comparison and what it decides: `controls` is the line range that runs only if it holds.

    `names` are the identifiers, attribute names and string keys that occur in it, `decides` is
    "if", "assert", "while", "return", "raise" (an `if` whose body only raises or exits),
    "assign" or "other". `otherwise` is the range that runs only if it does not hold: the else
    branch, and the rest of the block (or function) where the body always leaves. A bare truth test
    has the operator "truthy" or "not" and an empty right side.
    """

    left: str
    operator: str
    right: str
    names: tuple[str, ...]
    scope: str
    decides: str
    controls: tuple[int, int] | None
    otherwise: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell(Fact):
    """A notebook code cell: `index` counts all cells from 0; `magics` are its `%` and `!` lines.

    A `broken` cell does not parse, and its code states no facts.
    """

    index: int
    execution_count: int | None
    magics: tuple[str, ...]
    broken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MainGuard(Fact):
    """`if __name__ == "__main__":`: the file is meant to be run as a script."""
