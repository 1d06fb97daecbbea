"""Every place in a repository that reads or writes MLflow stages, and its mended lines.

Stages and aliases do not see each other: a writer moved to an alias leaves a reader of the stage
behind with the old model. So a fix mends all places of the repository or none.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mlops_agent.lifecycle.facts import Call, Command
from mlops_agent.risks.model_refs import model_refs
from mlops_agent.risks.syntax import calls_on, tree_of

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

WRITER, READER = "transition_model_version_stage", "get_latest_versions"
STAGE_URI = re.compile(
    r"(models:/[^\s\"'@/]*|[\"'])/(Production|Staging)(?=[\"'\s]|$)", re.IGNORECASE
)
ANY_STAGE_URI = re.compile(r"models:/[^\s\"'@]*/(Production|Staging)\b", re.IGNORECASE)
OTHER_USES = re.compile(r"\bcurrent_stage\b|\barchive_existing_versions\b|" + f"{WRITER}|{READER}")
PROSE = (".md", ".rst", ".txt", ".html", ".svg", ".csv", ".lock")
Lines = dict[int, str | None]


@dataclass(frozen=True, slots=True)
class Site:
    """One place: `how` is "writes", "reads" or "refers"; `stage` is "" where it is not known."""

    path: str
    line: int
    scope: str
    how: str
    stage: str


def stage_sites(lifecycle: Lifecycle) -> list[Site]:
    """The places that use stages, by path and line."""
    found: list[Site] = []
    for call in lifecycle.facts.of(Call):
        last = call.name.rpartition(".")[2]
        if last == WRITER:
            value = call.argument("stage", 2)
            stage = lifecycle.graph.resolve(call.path, call.scope, value).string if value else None
            found.append(Site(call.path, call.line, call.scope, "writes", stage or ""))
        elif last == READER:
            value = call.argument("stages", 1)
            found.append(
                Site(call.path, call.line, call.scope, "reads", _one(value.text if value else ""))
            )
    found.extend(_inline(lifecycle))
    for ref in model_refs(lifecycle):
        if ref.kind == "stage":
            found.append(Site(ref.path, ref.line, ref.scope, "refers", ref.chosen))
    return sorted(set(found), key=lambda site: (site.path, site.line, site.how))


def _inline(lifecycle: Lifecycle) -> Iterator[Site]:
    """Python inside commands (a Jenkinsfile's `python -c`) has no calls of its own."""
    for path in sorted({command.path for command in lifecycle.facts.of(Command)}):
        if PurePosixPath(path).suffix in (".py", ".ipynb"):
            continue
        for number, line in enumerate(lifecycle.facts.text(path).splitlines(), 1):
            for name, how in ((WRITER, "writes"), (READER, "reads")):
                if f".{name}(" in line.split("#")[0]:
                    yield Site(path, number, "", how, "")


def _one(text: str) -> str:
    match = re.fullmatch(r"[\[(]\s*[\"'](\w+)[\"']\s*,?\s*[\])]", text.strip())
    return match[1] if match else ""


def mended(lifecycle: Lifecycle) -> dict[str, Lines] | str:
    """The changed lines of every file, or why not all places can be changed together."""
    changes: dict[str, Lines] = {}
    for site in stage_sites(lifecycle):
        lines = _mend(lifecycle, site)
        if lines is None:
            return f"{site.path}:{site.line} cannot be rewritten with certainty"
        changes.setdefault(site.path, {}).update(lines)
    for path, number in _elsewhere(lifecycle):
        if number not in changes.get(path, {}):
            return f"{path}:{number} uses stages as well and cannot be rewritten with certainty"
    return changes


def _mend(lifecycle: Lifecycle, site: Site) -> Lines | None:
    alias = lifecycle.settings.alias_of_stage(site.stage)
    if alias is None or site.path.endswith(".ipynb"):
        return None
    if site.how == "refers":
        text = lifecycle.facts.line(site.path, site.line)
        changed, count = STAGE_URI.subn(lambda m: f"{m[1]}@{alias}", text)
        return {site.line: changed} if count == 1 else None
    tree = tree_of(lifecycle.facts.text(site.path)) if site.path.endswith(".py") else None
    if tree is None:
        return None
    name = WRITER if site.how == "writes" else READER
    nodes = calls_on(tree, site.line, name)
    if len(nodes) != 1:
        return None
    return _rewrite(lifecycle, site.path, tree, nodes[0], alias)


def _rewrite(
    lifecycle: Lifecycle, path: str, tree: ast.Module, node: ast.Call, alias: str
) -> Lines | None:
    text = lifecycle.facts.text(path)
    assert isinstance(node.func, ast.Attribute)
    receiver = ast.get_source_segment(text, node.func.value)
    given = _arguments(text, node)
    if receiver is None or given is None:
        return None
    if node.func.attr == WRITER:
        whole: ast.expr | None = node if _is_statement(tree, node) else None
        parts = [("name", given["name"]), ("alias", f'"{alias}"'), ("version", given["version"])]
        call = f"{receiver}.set_registered_model_alias"
    else:
        whole = _first_of(tree, node)
        parts = [("name", given["name"]), ("alias", f'"{alias}"')]
        call = f"{receiver}.get_model_version_by_alias"
    if whole is None or not all(value for _, value in parts):
        return None
    return _lines(text, whole, call, parts, keywords=bool(node.keywords) and not node.args)


def _arguments(text: str, node: ast.Call) -> dict[str, str] | None:
    names = ("name", "version", "stage", "archive") if _is_writer(node) else ("name", "stages")
    given = {name: "" for name in names}
    for name, value in zip(names, node.args, strict=False):
        given[name] = ast.get_source_segment(text, value) or ""
    for keyword in node.keywords:
        if keyword.arg is None:
            return None
        given[keyword.arg] = ast.get_source_segment(text, keyword.value) or ""
    return given


def _is_writer(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr == WRITER


def _is_statement(tree: ast.Module, node: ast.Call) -> bool:
    # Setting an alias returns nothing, so a result that is used cannot be replaced.
    return any(isinstance(n, ast.Expr) and n.value is node for n in ast.walk(tree))


def _first_of(tree: ast.Module, node: ast.Call) -> ast.Subscript | None:
    for parent in ast.walk(tree):
        match parent:
            case ast.Subscript(slice=ast.Constant(value=0)) if parent.value is node:
                return parent
            case _:
                continue
    return None


def _lines(
    text: str, whole: ast.expr, call: str, parts: list[tuple[str, str]], *, keywords: bool
) -> Lines | None:
    """The lines with a call in place of an expression, one argument a line if it had several."""
    lines = text.splitlines()
    first, last = whole.lineno, whole.end_lineno or whole.lineno
    before = lines[first - 1].encode()[: whole.col_offset].decode()
    after = lines[last - 1].encode()[whole.end_col_offset or 0 :].decode()
    if any("#" in line for line in lines[first:last]):
        return None
    said = [f"{name}={value}" if keywords else value for name, value in parts]
    if last == first:
        return {first: f"{before}{call}({', '.join(said)}){after}"}
    indent = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
    outer = lines[first - 1][: len(lines[first - 1]) - len(lines[first - 1].lstrip())]
    body = "".join(f"\n{indent}{part}," for part in said)
    changes: Lines = {first: f"{before}{call}({body}\n{outer}){after}"}
    changes.update({number: None for number in range(first + 1, last + 1)})
    return changes


def _elsewhere(lifecycle: Lifecycle) -> Iterator[tuple[str, int]]:
    """Lines of tracked files that name a stage or the API of stages, prose left out."""
    for path in lifecycle.tracked:
        if PurePosixPath(path).suffix in PROSE:
            continue
        text = lifecycle.facts.text(path)
        if not (ANY_STAGE_URI.search(text) or OTHER_USES.search(text)):
            continue
        docs = _documentation(text) if path.endswith(".py") else frozenset[int]()
        for number, line in enumerate(text.splitlines(), 1):
            code = line.split("#")[0]
            if number not in docs and (ANY_STAGE_URI.search(code) or OTHER_USES.search(code)):
                yield path, number


def _documentation(text: str) -> frozenset[int]:
    tree = tree_of(text)
    found: set[int] = set()
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return frozenset(found)
