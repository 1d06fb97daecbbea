"""The lines that a search found, redacted by what stands around them in their files.

The search cuts its lines and shows them alone: half a secret, or one line of a key, fits no format.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from mlops_agent.errors import BadInputError
from mlops_agent.sandbox.secrets.blocks import has_key
from mlops_agent.tools.context import ToolContext
from mlops_agent.tools.searching import LINE_CHARACTERS

AROUND = 4
"""Lines before and after that are looked at with a found one."""
_FOUND = re.compile(r"(.+?):(\d+):")


def veil_found(output: Path, paths: Mapping[str, str], context: ToolContext) -> None:
    """Put redacted lines in the place of those that a search wrote to its output.

    `paths` are the names of the searched files by what they are shown as.
    """
    files: dict[str, list[bytes]] = {}
    told = output.read_text(encoding="utf-8", errors="replace").split("\n")
    veiled = [_veiled(line, files, paths, context) for line in told]
    if veiled != told:
        output.write_text("\n".join(veiled), encoding="utf-8")


def _veiled(
    line: str, files: dict[str, list[bytes]], paths: Mapping[str, str], context: ToolContext
) -> str:
    found = next((one for one in _FOUND.finditer(line) if line[: one.end(1)] in paths), None)
    if found is None or found.start():
        return line
    path, number = found[1], int(found[2])
    if path not in files:
        files[path] = _lines(paths[path], context)
    start = max(0, number - 1 - AROUND)
    window = b"\n".join(files[path][start : number + AROUND])
    if number > len(files[path]):
        return line
    text = context.redactor.data(window).split(b"\n")[number - 1 - start].decode(errors="replace")
    return f"{found[0]}{text.rstrip()[:LINE_CHARACTERS]}"


def _lines(name: str, context: ToolContext) -> list[bytes]:
    """The lines of a file, with its keys blanked; none where it can't be read any more."""
    try:
        data = context.worktree.read(name)
    except (BadInputError, OSError):
        return []
    return (context.redactor.data(data) if has_key(data) else data).split(b"\n")
