"""Gates that let a model through whatever its metrics are: the forms that are certain in the code.

Each function here yields what it saw; the rule REG004 words it. A gate is a test that decides
whether a model is registered or promoted, or that ends the program.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_agent.lifecycle.facts import Assignment, Call, Command, Definition, Value
from mlops_agent.risks.acts import is_release
from mlops_agent.risks.conditions import holds, names_in
from mlops_agent.risks.metric_names import is_metric
from mlops_agent.risks.syntax import expression, follows, tree_of

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

GATE_NAME = re.compile(
    r"(is|are)_.*(better|good|acceptable|approved)|should_(promote|deploy|register|release)|"
    r"(passes|passed|meets)_.*|.*(quality|promotion|model|metrics?)_gate|approve_model|"
    r"can_(promote|deploy)",
    re.IGNORECASE,
)
BYPASS = re.compile(
    r"^--(force|skip|bypass|no|disable)[-_](comparison|validation|evaluation|eval|gate|checks?)$"
)
YES = ("true", "1", "yes", "y", "on")
LEAVING = ("sys.exit", "exit", "os._exit", "quit")


@dataclass(frozen=True, slots=True)
class Hole:
    """A hole in a gate: where, which form, the name that is spoiled, and what it lets through."""

    form: str
    path: str
    line: int
    scope: str
    name: str
    cause_line: int
    effect: str
    effect_line: int


def overwritten(lifecycle: Lifecycle, path: str) -> Iterator[Hole]:
    """A flag that is read and then, with no condition, set to a constant that lets through."""
    assigned = lifecycle.facts.of(Assignment, path)
    for late in assigned:
        early = _read_before(assigned, late)
        if early is None or not _only_between(assigned, early, late):
            continue
        tree = tree_of(lifecycle.facts.text(path))
        if tree is None or not follows(tree, early.line, late.line):
            continue
        sink = _sink_behind(lifecycle, path, late.scope, late.target, late.value, late.line)
        if sink is not None:
            yield Hole(
                "overwritten", path, late.line, late.scope, late.target, early.line,
                sink.name, sink.line,
            )  # fmt: skip


def _read_before(assigned: tuple[Assignment, ...], late: Assignment) -> Assignment | None:
    if late.value.known != "literal" or late.value.value is None:
        return None
    earlier = [
        one
        for one in assigned
        if one.target == late.target
        and one.scope == late.scope
        and one.line < late.line
        and one.value.known == "unknown"
        and one.guards[: len(late.guards)] == late.guards
    ]
    return earlier[-1] if earlier else None


def _only_between(assigned: tuple[Assignment, ...], early: Assignment, late: Assignment) -> bool:
    # A loop that counts, or a default followed by options, sets the name in more than two places.
    return (
        sum(one.target == late.target and one.scope == late.scope for one in assigned) == 2
        and late.line - early.line < 40
    )


def _sink_behind(
    lifecycle: Lifecycle, path: str, scope: str, name: str, value: Value, line: int
) -> Call | None:
    for call in lifecycle.facts.of(Call, path):
        if call.scope != scope or call.line < line:
            continue
        tests = [guard for guard in call.guards if name in names_in(guard)]
        if (
            tests
            and all(holds(test, {name: value.value}) for test in tests)
            and is_release(lifecycle, call)
        ):
            return call
    return None


def always_true(lifecycle: Lifecycle, path: str) -> Iterator[Hole]:
    """A function named like a gate whose only statement is `return True`, and that is used."""
    tree = None
    for fact in lifecycle.facts.of(Definition, path):
        if fact.is_class or not GATE_NAME.fullmatch(fact.name):
            continue
        tree = tree or tree_of(lifecycle.facts.text(path))
        node = _function(tree, fact.line, fact.name)
        returned = _only_return(node) if node is not None else None
        if returned is None:
            continue
        scope = f"{fact.scope}.{fact.name}".strip(".")
        calls = [call for call in lifecycle.graph.callers(path, scope) if call.used]
        if calls:
            yield Hole(
                "always-true", path, returned.lineno, scope, fact.name, fact.line,
                calls[0].path, calls[0].line,
            )  # fmt: skip


def _function(tree: ast.Module | None, line: int, name: str) -> ast.FunctionDef | None:
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.FunctionDef) and node.name == name and node.lineno == line:
            return node
    return None


def _only_return(node: ast.FunctionDef) -> ast.Return | None:
    body = [
        s for s in node.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
    ]
    match body:
        case [ast.Return(value=ast.Constant(value=True)) as only] if not any(
            isinstance(d, ast.Name | ast.Attribute) and "abstract" in ast.unparse(d)
            for d in node.decorator_list
        ):
            return only
        case _:
            return None


def approving_handlers(lifecycle: Lifecycle, path: str) -> Iterator[Hole]:
    """`except: approved = True`, where that name decides on a release."""
    assigned = [a for a in lifecycle.facts.of(Assignment, path) if a.value.value is True]
    if not assigned:
        return
    tree = tree_of(lifecycle.facts.text(path))
    handlers = [n for n in ast.walk(tree) if isinstance(n, ast.ExceptHandler)] if tree else []
    for one in assigned:
        handler = next((h for h in handlers if any(s.lineno == one.line for s in h.body)), None)
        if handler is None:
            continue
        sink = _sink_behind(lifecycle, path, one.scope, one.target, one.value, one.line)
        if sink is not None:
            yield Hole(
                "handler", path, one.line, one.scope, one.target, handler.lineno,
                sink.name, sink.line,
            )  # fmt: skip


def skipped_when_missing(lifecycle: Lifecycle, path: str) -> Iterator[Hole]:
    """An exit that needs a metric to be there: without it the test is not made at all."""
    leaving = [call for call in lifecycle.facts.of(Call, path) if call.name in LEAVING]
    for call in leaving:
        found = _presence_then_test(call.guards)
        if found is None:
            continue
        presence, key = found
        if any(
            _answers_absence(other.guards, key) for other in leaving if other.scope == call.scope
        ):
            continue
        line = _line_of(lifecycle, path, presence, call.line)
        if line:
            yield Hole("missing", path, line, call.scope, key, line, call.name, call.line)


def _presence_then_test(guards: tuple[str, ...]) -> tuple[str, str] | None:
    for place, guard in enumerate(guards):
        tree = expression(guard)
        match tree:
            case ast.Compare(left=ast.Constant(value=str(key)), ops=[ast.In()]) if is_metric(key):
                below = [expression(text) for text in guards[place + 1 :]]
                if any(isinstance(node, ast.Compare) and _ordered(node) for node in below):
                    return guard, key
            case _:
                continue
    return None


def _ordered(node: ast.Compare) -> bool:
    return all(isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for op in node.ops)


def _answers_absence(guards: tuple[str, ...], key: str) -> bool:
    return any((guard.startswith("not ") or "not in" in guard) and key in guard for guard in guards)


def _line_of(lifecycle: Lifecycle, path: str, text: str, before: int) -> int:
    first = text.partition("\n")[0]
    return next(
        (n for n in range(before, 0, -1) if first in lifecycle.facts.line(path, n)),
        0,
    )


def bypassed(lifecycle: Lifecycle) -> Iterator[Hole]:
    """A command that tells its own script to skip the comparison."""
    for command in lifecycle.facts.of(Command):
        for place, word in enumerate(command.argv):
            name, _, given = word.partition("=")
            following = command.argv[place + 1] if place + 1 < len(command.argv) else ""
            value = given or ("" if following.startswith("-") else following)
            if BYPASS.match(name) and (not value or value.lower() in YES):
                line = _word_line(lifecycle, command, name)
                yield Hole(
                    "bypassed", command.path, line, command.owner, f"{name} {value}".strip(),
                    command.line, command.text, command.line,
                )  # fmt: skip


def _word_line(lifecycle: Lifecycle, command: Command, word: str) -> int:
    last = max(command.end_line, command.line)
    for number in range(command.line, last + 1):
        if word in lifecycle.facts.line(command.path, number):
            return number
    return command.line
