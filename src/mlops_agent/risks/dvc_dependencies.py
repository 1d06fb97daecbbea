"""The edit that lists further files under a stage's `deps`, in the file's own style.

Owns the lines of one stage in dvc.yaml. Anchors, flow lists over several lines and templates are
left alone: there is no edit then.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from mlops_agent.contracts.change import TextEdit
from mlops_agent.lifecycle.facts import DvcStage
from mlops_agent.risks.editing import line_edits

if TYPE_CHECKING:
    from mlops_agent.lifecycle.index import FactIndex

_FLOW = re.compile(r"(\s*deps:\s*\[)([^\]\[{}]*)(\]\s*(?:#.*)?)")
_ITEM = re.compile(r"(\s*)- (\S.*?)\s*")


def listing_edits(facts: FactIndex, stage: DvcStage, files: list[str]) -> list[TextEdit]:
    """The edits that add files (root-relative) to the stage's deps; empty if none is certain."""
    text = facts.text(stage.path)
    lines = text.splitlines()
    base = stage.wdir or "."
    names = [posixpath.relpath(file, base) for file in sorted(files)]
    if any(re.search(r"[:#{}\[\],&*?|<>=!%@`'\"\s]", name) for name in names):
        return []  # a name that YAML would need quoted is not worth a guess
    changes = _changed(lines, stage, names)
    return line_edits(stage.path, text, changes) if changes else []


def _changed(lines: list[str], stage: DvcStage, names: list[str]) -> dict[int, str | None]:
    if not stage.deps_line:
        return _new_list(lines, stage, names)
    line = lines[stage.deps_line - 1]
    if flow := _FLOW.fullmatch(line):
        items = [item.strip() for item in flow[2].split(",") if item.strip()]
        return {stage.deps_line: flow[1] + ", ".join(_merged(items, names)) + flow[3]}
    if not re.fullmatch(r"\s*deps:\s*(#.*)?", line):
        return {}
    return _longer_list(lines, stage, names)


def _merged(items: list[str], names: list[str]) -> list[str]:
    together = [*items, *names]
    return sorted(together) if items == sorted(items) else together


def _longer_list(lines: list[str], stage: DvcStage, names: list[str]) -> dict[int, str | None]:
    """Insert each name where a sorted list would have it, else at the list's end."""
    items: list[tuple[int, int, str]] = []
    for number in range(stage.deps_line + 1, min(stage.end_line, len(lines)) + 1):
        line = lines[number - 1]
        found = _ITEM.fullmatch(line)
        indent = len(line) - len(line.lstrip())
        if found and len(found[1]) == stage.deps_indent:
            items.append((number, number, found[2]))
        elif items and line.strip() and indent > stage.deps_indent:
            items[-1] = (items[-1][0], number, items[-1][2])
        elif line.strip() and not line.lstrip().startswith("#"):
            break
    if not items:
        return {}
    values = [value for _, _, value in items]
    in_order = values == sorted(values)
    lead = " " * stage.deps_indent + "- "
    put: dict[int, list[str]] = {}
    for name in names:
        before = [last for _, last, value in items if not in_order or value < name]
        put.setdefault(before[-1] if before else stage.deps_line, []).append(lead + name)
    return {number: "\n".join([lines[number - 1], *new]) for number, new in put.items()}


def _new_list(lines: list[str], stage: DvcStage, names: list[str]) -> dict[int, str | None]:
    """A `deps` of its own below the stage's `cmd`."""
    for number in range(stage.line, stage.end_line + 1):
        found = re.match(r"(\s+)cmd:", lines[number - 1])
        if not found:
            continue
        last, lead = number, found[1]
        while last < stage.end_line and re.match(rf"{lead}(\s|- )", lines[last]):
            last += 1
        new = [f"{lead}deps:", *(f"{lead}- {name}" for name in names)]
        return {last: "\n".join([lines[last - 1], *new])}
    return {}
