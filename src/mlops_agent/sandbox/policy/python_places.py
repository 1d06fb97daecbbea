"""Where Python code of a command line sends its changes: to this machine, to a store of its own.

Only what the code says in so many words counts: constants, names that stand for one, and the
beginnings of formatted texts.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass

from mlops_agent.sandbox.policy.calls import Around, Call, Finding
from mlops_agent.sandbox.policy.throwaway import at_loopback, is_loopback, own_store
from mlops_agent.sandbox.policy.words import UNREAD
from mlops_agent.vocabulary.program_words import names

_SETS_STORE = frozenset({"set_tracking_uri", "set_registry_uri", "MlflowClient"})
_STORE_KEYWORDS = frozenset({"tracking_uri", "registry_uri"})
_STORE_VARIABLES = ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI")
_OFFLINE = frozenset({"offline", "disabled", "dryrun"})
_STARTS = frozenset({"Popen", "Thread", "Process"})
_REMOTE = re.compile(r"(?:s3a?|s3n|gs|gcs|abfss?|adl|az|wasbs?|hdfs|dbfs|oss|hf)://")


@dataclass(frozen=True, slots=True)
class Code:
    """What a piece of code says about where its changes go."""

    constants: Mapping[str, str]
    stores: tuple[str, ...]
    modes: tuple[str, ...]
    mocked: bool
    around: Around


def surroundings(tree: ast.AST, aliases: Mapping[str, str], call: Call, most: int) -> Code:
    """What code as a whole says about its changes; `most` nodes of it are looked at."""
    nodes = [node for node, _ in zip(ast.walk(tree), range(most), strict=False)]
    constants = _constants(nodes)
    variables = {**call.around.variables, **_environment(nodes, constants)}
    stores, modes, starts = list[str](), list[str](), call.around.background
    for node in nodes:
        if isinstance(node, ast.Call):
            last = _last(node.func, aliases)
            stores += _stores(node, last, constants)
            starts = starts or last in _STARTS
            if _whole(node.func, aliases) == "wandb.init":
                said = [text(one.value, constants) for one in node.keywords if one.arg == "mode"]
                modes.append(said[0] if said else variables.get("WANDB_MODE", ""))
    stores = stores or [variables[name] for name in _STORE_VARIABLES if name in variables]
    modes = modes or [variables.get("WANDB_MODE", "")]
    mocked = any(_is_mock(name) for node in nodes for name in _imported(node))
    around = Around(call.around.own_loopback, starts)
    return Code(constants, tuple(stores), tuple(modes), mocked, around)


def less_than_live(node: ast.Call, name: str, why: str, code: Code) -> Finding:
    """A call of a live name, milder where it cannot reach a live system."""
    found, last, known = Finding("live_mutation", why), name.rpartition(".")[2], names()
    url = text(node.args[0], code.constants) if node.args else ""
    if last in known["python_posts"] and is_loopback(url):
        return at_loopback(found, code.around)
    if code.mocked:
        return Finding("unknown", "the code puts mocks in the place of live systems")
    if name.partition(".")[0] == "wandb" and all(one in _OFFLINE for one in code.modes):
        return Finding("repo_write", "wandb is offline: it writes files")
    registers = any(one.arg in known["python_live_keywords"] for one in node.keywords)
    if last in known["python_store_live"] or registers:
        return own_store(code.stores) or found
    return found


def writes_afar(node: ast.Call, constants: Mapping[str, str]) -> bool:
    """Whether an argument of a call that writes names a remote store."""
    given = [*node.args, *(one.value for one in node.keywords)]
    return any(_REMOTE.match(text(one, constants)) for one in given)


def sends_data(node: ast.Call) -> bool:
    """Whether urlopen() or Request() sends data, or says a method that changes something."""
    for one in node.keywords:
        value = one.value.value if isinstance(one.value, ast.Constant) else UNREAD
        if one.arg == "data" and value is not None:
            return True
        if one.arg == "method" and str(value).upper() not in ("GET", "HEAD", "OPTIONS"):
            return True
    return len(node.args) > 1


def text(node: ast.AST, constants: Mapping[str, str]) -> str:
    """A text that the code spells out, parts that are not known marked; empty for anything else."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.Name):
        return constants.get(node.id, "")
    if isinstance(node, ast.JoinedStr):
        made = "".join(
            str(one.value) if isinstance(one, ast.Constant) else UNREAD for one in node.values
        )
        # A port that is counted or found out: `http://localhost:{port}/predict`.
        return re.sub(rf"(?<=:){UNREAD}(?=/|$)", "0", made)
    return ""


def _constants(nodes: list[ast.AST]) -> dict[str, str]:
    """Names that are given one text and nothing else."""
    found, bound = dict[str, str](), list[str]()
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.append(node.id)
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, value = node.targets[0], text(node.value, {})
            if isinstance(target, ast.Name) and value:
                found[target.id] = value
    return {name: value for name, value in found.items() if bound.count(name) == 1}


def _environment(nodes: list[ast.AST], constants: Mapping[str, str]) -> dict[str, str]:
    """What the code puts into `os.environ[...]`."""
    found = dict[str, str]()
    for node in nodes:
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Subscript):
            continue
        where = node.targets[0]
        if isinstance(where.value, ast.Attribute) and where.value.attr == "environ":
            found[text(where.slice, constants)] = text(node.value, constants)
    return found


def _stores(node: ast.Call, last: str, constants: Mapping[str, str]) -> list[str]:
    given = [one.value for one in node.keywords if one.arg in _STORE_KEYWORDS]
    if last in _SETS_STORE:
        given += node.args
    return [text(one, constants) for one in given]


def _whole(node: ast.AST, aliases: Mapping[str, str]) -> str:
    parts = list[str]()
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    parts.append(aliases.get(node.id, node.id) if isinstance(node, ast.Name) else "?")
    return ".".join(reversed(parts))


def _last(node: ast.AST, aliases: Mapping[str, str]) -> str:
    return _whole(node, aliases).rpartition(".")[2]


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{one.name}" for one in node.names]
    return []


def _is_mock(name: str) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in names()["python_mocks"])
