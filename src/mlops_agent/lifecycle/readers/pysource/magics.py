"""IPython's own syntax: `%` and `!` lines and `%%` cells, masked, and the commands they run.

A masked line stays a line (`pass`, or `None` where its result is used). Cell magics that run
Python keep their body; other cells run another language and leave blank lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mlops_agent.lifecycle.readers.pysource.parsing import parse
from mlops_agent.lifecycle.unreadable import UnreadableError

PYTHON_CELLS = frozenset(
    ("time", "timeit", "capture", "prun", "memit", "mprun", "python", "python3", "px", "skip")
)
"""Cell magics whose body is Python that runs in (or beside) the notebook."""

SHELL_CELLS = frozenset(("bash", "sh", "shell", "system", "!"))
_LINE = re.compile(r"^(?P<indent>[ \t]*)(?P<magic>[%!?].*|[\w.\[\]]+\?{1,2})\s*$")
_ASSIGNED = re.compile(r"^(?P<left>[ \t]*[\w.,\[\]\"' ]+?=[ \t]*)(?P<magic>[%!][^=].*)$")
_INSTALLERS = ("pip", "conda", "mamba", "uv")
_SHELL_LINES = ("sx", "system", "sh")


@dataclass(frozen=True, slots=True)
class ShellLine:
    """Shell text at a line of the cell (0-based); `lines` is how many lines it spans."""

    text: str
    line: int
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Unmagicked:
    """A cell as plain Python with as many lines, its magic lines, and the shell text they run."""

    lines: tuple[str, ...]
    magics: tuple[str, ...]
    shell: tuple[ShellLine, ...]


def unmagicked(lines: list[str]) -> Unmagicked:
    """Return a code cell with IPython's syntax taken out; `lines` are without their ends."""
    first = next((place for place, line in enumerate(lines) if line.strip()), None)
    if first is None or not _has_magic(lines):
        return Unmagicked(tuple(lines), (), ())
    head = lines[first].strip()
    if head.startswith("%%"):
        return _cell_magic(lines, first, head)
    if _parses(lines):
        return Unmagicked(tuple(lines), (), ())
    return _line_magics(lines)


def _has_magic(lines: list[str]) -> bool:
    return any("%" in line or "!" in line or "?" in line for line in lines)


def _parses(lines: list[str]) -> bool:
    try:
        parse("\n".join(lines))
    except UnreadableError:
        return False
    return True


def _cell_magic(lines: list[str], first: int, head: str) -> Unmagicked:
    name = head[2:].strip().partition(" ")[0]
    if name in PYTHON_CELLS:
        inner = _line_magics(["" if n <= first else line for n, line in enumerate(lines)])
        return Unmagicked(inner.lines, (head, *inner.magics), inner.shell)
    shell: tuple[ShellLine, ...] = ()
    if name in SHELL_CELLS or (name == "script" and re.search(r"\b(ba)?sh\b", head)):
        body = "\n".join(lines[first + 1 :])
        shell = (ShellLine(body, first + 1, len(lines) - first - 1),)
    return Unmagicked(("",) * len(lines), (head,), shell)


def _line_magics(lines: list[str]) -> Unmagicked:
    out: list[str] = []
    magics: list[str] = []
    shell: list[ShellLine] = []
    place = 0
    while place < len(lines):
        masked, magic = _masked(lines[place])
        span = 1
        if magic:
            while magic.endswith("\\") and place + span < len(lines):
                magic += "\n" + lines[place + span].strip()
                span += 1
            magics.append(magic)
            text = _shell_text(magic)
            if text:
                shell.append(ShellLine(text, place, span))
        out += [masked, *[""] * (span - 1)]
        place += span
    return Unmagicked(tuple(out), tuple(magics), tuple(shell))


def _masked(line: str) -> tuple[str, str]:
    found = _LINE.match(line)
    if found is not None:
        return found["indent"] + "pass", found["magic"]
    found = _ASSIGNED.match(line)
    if found is not None:
        return found["left"] + "None", found["magic"]
    return line, ""


def _shell_text(magic: str) -> str:
    if magic.startswith("!"):
        return magic.lstrip("!").strip()
    if not magic.startswith("%"):
        return ""
    name, _, rest = magic[1:].strip().partition(" ")
    if name == "run":
        return f"%run {rest}"
    if name in _SHELL_LINES:
        return rest
    return f"{name} {rest}" if name in _INSTALLERS else ""


def databricks_lines(lines: list[str]) -> Iterator[ShellLine]:
    """Yield the shell text of a Databricks source notebook's `# MAGIC` lines (0-based lines)."""
    in_shell = False
    for place, line in enumerate(lines):
        if not line.startswith("# MAGIC"):
            in_shell = False
            continue
        magic = line.removeprefix("# MAGIC").strip()
        if magic.startswith("%sh"):
            in_shell, magic = True, magic.removeprefix("%sh").strip()
            text = magic
        else:
            text = magic if in_shell else _shell_text(magic)
        if text:
            yield ShellLine(text, place)
