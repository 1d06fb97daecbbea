"""The judge of Python code that is part of a command line: parsed, never run.

A call of the vocabulary's live names is a live mutation whatever object it is made on. Code is mild
only where all that it imports and calls is known to be so.
"""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from functools import cache, lru_cache

from mlops_agent.sandbox.policy.calls import Call, Finding
from mlops_agent.sandbox.policy.places import why_outside
from mlops_agent.sandbox.policy.python_places import (
    Code,
    less_than_live,
    sends_data,
    surroundings,
    writes_afar,
)
from mlops_agent.sandbox.policy.words import UNREAD, shown
from mlops_agent.vocabulary.program_words import names

LONGEST = 50_000
MOST_NODES = 20_000
_SENDS = frozenset({"urlopen", "Request"})
_WRITE_MODES = frozenset("wax+")
_READS = Finding("read_only", "the Python code only reads")


def judge_code(code: str, call: Call) -> Finding:
    """Judge Python code by its syntax tree; by its text where it does not parse."""
    if len(code) > LONGEST:
        return _by_text(code)
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _by_text(code)
    found = (
        Finding("unknown", "the Python code is not known beforehand") if UNREAD in code else _READS
    )
    aliases = _aliases(tree)
    around = surroundings(tree, aliases, call, MOST_NODES)
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for number, node in enumerate(ast.walk(tree)):
        if number > MOST_NODES:
            return found.or_graver(_by_text(code))
        found = found.or_graver(_node(node, aliases, call, around))
        if id(node) not in called or _named(_dotted(node, aliases), names()["python_dark"]):
            found = found.or_graver(_handed_on(node, aliases))
    return found


def _by_text(code: str) -> Finding:
    for name in _live_names():
        if re.search(rf"\b{re.escape(name)}\s*\(", code):
            return Finding("live_mutation", f"the Python code names {name}")
    return Finding("unknown", "the Python code cannot be read")


@cache
def _live_names() -> tuple[str, ...]:
    """The plain live names, without those that are patterns or dotted."""
    return tuple(one for one in names()["python_live"] if "*" not in one and "." not in one)


def _aliases(tree: ast.AST) -> dict[str, str]:
    """Names of the code by what they stand for: imports and simple assignments of them."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {one.asname: one.name for one in node.names if one.asname}
            found |= {
                one.name.partition(".")[0]: one.name.partition(".")[0]
                for one in node.names
                if not one.asname
            }
        elif isinstance(node, ast.ImportFrom):
            found |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            dotted = _dotted(node.value, found)
            if isinstance(target, ast.Name) and dotted and target.id not in found:
                found[target.id] = dotted
    return found


def _dotted(node: ast.AST, aliases: dict[str, str]) -> str:
    """The dotted name of an expression; a call stands for its function, `?` for anything else."""
    parts: list[str] = []
    for _ in range(60):
        if isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id == "getattr" and len(node.args) > 1:
                name = node.args[1]
                parts.append(str(name.value) if isinstance(name, ast.Constant) else "?")
                node = node.args[0]
            elif isinstance(node.func, ast.Name) and node.func.id == "__import__" and node.args:
                name = node.args[0]
                parts.append(str(name.value) if isinstance(name, ast.Constant) else "?")
                break
            else:
                node = node.func
        elif isinstance(node, ast.Subscript):
            node = node.value
        elif isinstance(node, ast.Name):
            parts.append(aliases.get(node.id, node.id))
            break
        else:
            parts.append("?")
            break
    return ".".join(reversed(parts))


def _handed_on(node: ast.AST, aliases: dict[str, str]) -> Finding:
    """A function that can run anything, named without being called, and what leads to one."""
    if not isinstance(node, ast.Attribute | ast.Name) or not isinstance(node.ctx, ast.Load):
        return _READS
    name, known = _dotted(node, aliases), names()
    if _named(name, known["python_dark"]) or name in known["python_dark_names"]:
        return Finding("unknown", f"{name} can reach anything")
    if _named(name, known["python_shells"]):
        return Finding("unknown", f"{name} is handed on")
    return _READS


def _node(node: ast.AST, aliases: dict[str, str], call: Call, around: Code) -> Finding:
    if isinstance(node, ast.Import):
        return _imports([one.name for one in node.names])
    if isinstance(node, ast.ImportFrom):
        return _imports([node.module or "."])
    if isinstance(node, ast.Call):
        return _call(node, aliases, call, around)
    return _READS


def _imports(modules: Sequence[str]) -> Finding:
    known = names()
    for module in modules:
        root = module.partition(".")[0]
        if root not in known["python_modules"] and root not in known["python_careful_modules"]:
            return Finding("unknown", f"what importing {module} runs is not known here")
    return _READS


def _call(node: ast.Call, aliases: dict[str, str], call: Call, around: Code) -> Finding:
    name = (
        _dotted(node, aliases) if isinstance(node.func, ast.Call) else _dotted(node.func, aliases)
    )
    if isinstance(node.func, ast.Name) and node.func.id == "getattr":
        name = _dotted(node, aliases)
    if live := _live(node, name):
        return less_than_live(node, name, live, around)
    last = name.rpartition(".")[2]
    known = names()
    if _named(name, known["python_shells"]):
        return _shell(node, call)
    if last == "open" and _root(name) in ("open", "io", "codecs"):
        return _open(node)
    if _named(name, known["python_writes"]) and writes_afar(node, around.constants):
        return Finding("live_mutation", f"{last}() writes to a remote store")
    return _places(node, _plain_call(name, last))


def _plain_call(name: str, last: str) -> Finding:
    """A call that runs no other command, by the lists of the vocabulary."""
    known = names()
    if _named(name, known["python_writes"]):
        return Finding("repo_write", f"{last}() writes a file")
    if _named(name, known["python_remote_reads"]):
        return Finding("network_read", f"{last}() reads from a tracking server or a live system")
    if _named(name, known["python_reads"]) or (
        _root(name) in known["python_modules"] and "?" not in name and "._" not in name
    ):
        return _READS
    return Finding("unknown", f"what {last}() does is not known here")


def _live(node: ast.Call, name: str) -> str:
    """Why a call of this name changes a live system, or the empty string."""
    known, last, root = names(), name.rpartition(".")[2], _root(name)
    if _named(name, known["python_live"]) or (last in _SENDS and sends_data(node)):
        return f"{last}() changes a live system"
    if _keyword_of(node, known["python_live_keywords"]):
        return f"{last}() registers a model"
    if root in known["python_clients"] and _named(name, known["python_client_live"]):
        return f"{last}() of {root} changes a live system"
    return ""


@lru_cache(maxsize=4096)
def _named(name: str, patterns: tuple[str, ...]) -> bool:
    last = name.rpartition(".")[2]
    return any(
        fnmatchcase(name, one) or name.endswith(f".{one}") if "." in one else fnmatchcase(last, one)
        for one in patterns
    )


def _root(name: str) -> str:
    return name.partition(".")[0]


def _keyword_of(node: ast.Call, wanted: Sequence[str]) -> bool:
    return any(
        one.arg in wanted and not (isinstance(one.value, ast.Constant) and one.value.value is None)
        for one in node.keywords
    )


def _shell(node: ast.Call, call: Call) -> Finding:
    """What a call that runs a command line runs."""
    given = node.args[0] if node.args else None
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        return call.nested(given.value)
    if isinstance(given, ast.List | ast.Tuple):
        words = [str(one.value) if isinstance(one, ast.Constant) else UNREAD for one in given.elts]
        if words:
            return call.argv(words)
    if isinstance(given, ast.Call) and isinstance(given.func, ast.Attribute):
        text = given.func.value
        if given.func.attr == "split" and isinstance(text, ast.Constant):
            try:
                return call.argv(shlex.split(str(text.value)) or ["true"])
            except ValueError:
                pass
    return Finding("unknown", "the Python code runs a command that it makes up")


def _open(node: ast.Call) -> Finding:
    modes = [node.args[1]] if len(node.args) > 1 else []
    modes += [one.value for one in node.keywords if one.arg == "mode"]
    if any(not isinstance(one, ast.Constant) for one in modes):
        return Finding("unknown", "open() with a mode that is not known")
    writes = any(
        _WRITE_MODES & set(str(one.value)) for one in modes if isinstance(one, ast.Constant)
    )
    found = Finding("repo_write", "open() writes a file") if writes else _READS
    return _places(node, found)


def _places(node: ast.Call, found: Finding) -> Finding:
    for text in _texts(node):
        if text.startswith(("/", "~", "..")) and (why := why_outside(text)):
            return Finding("unknown", shown(why))
    return found


def _texts(node: ast.Call) -> Iterator[str]:
    for one in [*node.args, *(keyword.value for keyword in node.keywords)]:
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value
