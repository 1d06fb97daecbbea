"""Commands that Python code starts: subprocess, os.system, BashOperator, invoke and notebooks.

Only what folds to a text or to a list of words becomes a Command; unknown words are kept as
written. Whether the code looks at the result decides how a failure is treated.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mlops_agent.lifecycle.facts import Command, Fact
from mlops_agent.lifecycle.readers.pysource.folding import Folding
from mlops_agent.lifecycle.readers.pysource.sites import CallSite
from mlops_agent.lifecycle.readers.pysource.values import HOLE, Folded
from mlops_agent.lifecycle.readers.scripts import Script, command_facts, named_in
from mlops_agent.lifecycle.readers.source import Source

CHECKED = frozenset({"subprocess.check_call", "subprocess.check_output"})
"""Calls that raise when the command fails; `subprocess.run` does with `check=True`."""

STARTERS = CHECKED | {
    "subprocess.run",
    "subprocess.call",
    "subprocess.Popen",
    "subprocess.getoutput",
    "subprocess.getstatusoutput",
    "os.system",
    "os.popen",
}
SHELLS = frozenset({"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"})
_BASH_OPERATOR = "airflow.operators.bash.BashOperator"
_INVOKED = frozenset({"invoke.Context", "invoke.context.Context", "fabric.Connection"})
_WORD_LIMIT = 100


def is_starter(name: str | None) -> bool:
    """Tell whether a call of this resolved name starts a command."""
    if name is None:
        return False
    return name in STARTERS or name == _BASH_OPERATOR or name.rpartition(".")[0] in _INVOKED


def command_facts_of(site: CallSite, name: str, folding: Folding) -> Iterator[Fact]:
    """Yield the commands that one call starts, with what they install or which images they run.

    Args:
        site: the call.
        name: its resolved name, for which `is_starter` holds.
        folding: the file's constants.
    """
    node, scope = site.node, site.context.scope
    given = node.args[0] if node.args else _keyword(node, "args", "bash_command", "command")
    if given is None:
        return
    origin = "airflow" if name == _BASH_OPERATOR else "python"
    owner = scope.name
    if origin == "airflow":
        task = _keyword(node, "task_id")
        owner = _text(folding.fold(task, scope)) if task is not None else ""
    folder = _keyword(node, "cwd")
    where = _text(folding.fold(folder, scope)) if folder is not None else ""
    after = "" if origin == "airflow" else _treatment(site, name)
    for fact in _commands(given, site, folding, (origin, owner, where)):
        if isinstance(fact, Command) and after and not fact.after:
            yield _with_after(fact, after)
        else:
            yield fact


def _commands(
    given: ast.expr, site: CallSite, folding: Folding, owned: tuple[str, str, str]
) -> list[Fact]:
    source = folding.source
    origin, owner, where = owned
    if isinstance(given, ast.List | ast.Tuple):
        argv = tuple(_word(word, site, folding) for word in given.elts[:_WORD_LIMIT])
        if not argv:
            return []
        fact = Command(
            path=source.path,
            line=site.node.lineno,
            end_line=site.node.end_lineno or site.node.lineno,
            origin=origin,
            owner=owner,
            argv=argv,
            text=" ".join(argv),
            working_directory=where,
            after="",
            rescue="",
        )
        return [fact, *named_in(fact)]
    found = folding.fold(given, site.context.scope)
    text = _text(found)
    if not text or text == HOLE:
        return []
    script = Script(text, given.lineno)
    where_from = Source(source.path, tuple(source.lines))
    return command_facts(script, where_from, origin=origin, owner=owner, working_directory=where)


def _word(node: ast.expr, site: CallSite, folding: Folding) -> str:
    if isinstance(node, ast.Starred):
        return folding.source.of(node)
    if folding.names.of(node, site.context.scope) == "sys.executable":
        return "python"
    found = folding.fold(node, site.context.scope)
    if found is None or found.value is None or found.value == HOLE:
        return folding.source.of(node)
    return str(found.value)


def _treatment(site: CallSite, name: str) -> str:
    if name in CHECKED or name.rpartition(".")[0] in _INVOKED:
        warn = _keyword(site.node, "warn")
        return "ignored" if isinstance(warn, ast.Constant) and warn.value is True else ""
    check = _keyword(site.node, "check")
    if isinstance(check, ast.Constant):
        return "" if check.value else "ignored"
    return "" if check is not None or site.used else "ignored"


def _with_after(fact: Command, after: str) -> Command:
    return Command(
        path=fact.path,
        line=fact.line,
        end_line=fact.end_line,
        origin=fact.origin,
        owner=fact.owner,
        argv=fact.argv,
        text=fact.text,
        working_directory=fact.working_directory,
        after=after,
        rescue=fact.rescue,
    )


def _keyword(node: ast.Call, *names: str) -> ast.expr | None:
    return next((k.value for k in node.keywords if k.arg in names), None)


def _text(found: Folded | None) -> str:
    return found.value if found is not None and isinstance(found.value, str) else ""
