"""The tool Read: a text file with line numbers, or a part of it."""

from __future__ import annotations

from pydantic import Field

from mlops_agent.contracts.base import Record
from mlops_agent.contracts.journal import ToolResult
from mlops_agent.tools.base import ToolError, text_result
from mlops_agent.tools.context import OUTPUTS, ToolContext
from mlops_agent.tools.encodings import decode
from mlops_agent.workspace.files import PathRefusedError, read_file

LINES = 2000
CHARACTERS = 64 * 1024
LINE_CHARACTERS = 2000
OF_THE_RUN = "run:"
"""Paths that begin so name the outputs of earlier calls."""


class ReadInput(Record):
    """The file, the first line wanted (from 1) and how many lines."""

    path: str
    offset: int = Field(default=1, ge=1)
    limit: int = Field(default=LINES, ge=1, le=LINES)


class Read:
    """Read a text file of the worktree, with line numbers (as `cat -n` prints them).

    `path` is relative to the repository's root. Long files come in parts: go on with `offset`. A
    file has to be read before it can be edited. `run:outputs/CALL.txt` is the whole output of an
    earlier call.
    """

    name = "Read"
    Input = ReadInput
    parallel = True

    def run(self, call: str, values: ReadInput, context: ToolContext) -> ToolResult:
        """Return the numbered lines and remember the file's content as known."""
        of_the_run = values.path.startswith(OF_THE_RUN)
        data = _of_run(values.path, context) if of_the_run else read(values.path, context)
        # Before it is cut to lines: half a secret, or the line of a key, looks like none.
        text = context.redactor.text(decode(values.path, data).removeprefix("\ufeff"))
        shown = _numbered(values, text)
        if not of_the_run:
            context.note_seen(values.path, data)
        return text_result(call, self.name, shown)


def read(path: str, context: ToolContext) -> bytes:
    """The bytes of a file of the worktree; raises ToolError when it can't be read."""
    try:
        return context.worktree.read(path)
    except FileNotFoundError as error:
        raise ToolError(f"there is no file {path}: Glob finds files by name") from error
    except PathRefusedError as error:
        raise ToolError(str(error)) from error


def _of_run(path: str, context: ToolContext) -> bytes:
    name = path.removeprefix(OF_THE_RUN)
    if not name.startswith(f"{OUTPUTS}/"):
        raise ToolError(f"{OF_THE_RUN} is for {OF_THE_RUN}{OUTPUTS}/CALL.txt only")
    try:
        return read_file(context.run_folder / OUTPUTS, name.removeprefix(f"{OUTPUTS}/"))
    except (FileNotFoundError, PathRefusedError) as error:
        raise ToolError(f"there is no {path}") from error


def _numbered(values: ReadInput, text: str) -> str:
    # Only line feeds: splitlines() knows more line ends than git and editors count.
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    if values.offset > max(len(lines), 1):
        raise ToolError(f"{values.path} has {len(lines)} lines")
    shown: list[str] = []
    size = 0
    for number, line in enumerate(lines[values.offset - 1 :][: values.limit], values.offset):
        one = f"{number:6d}\t{_cut(line.removesuffix(chr(13)))}"
        size += len(one) + 1
        if size > CHARACTERS:
            break
        shown.append(one)
    following = values.offset + len(shown)
    if following <= len(lines):
        shown.append(f"[lines {following} to {len(lines)} are not shown: offset={following}]")
    return "\n".join(shown) if lines else "[the file is empty]"


def _cut(line: str) -> str:
    if len(line) <= LINE_CHARACTERS:
        return _printable(line)
    return _printable(line[:LINE_CHARACTERS]) + f" [... {len(line)} characters in this line]"


def _printable(line: str) -> str:
    return line.encode("utf-8", errors="surrogateescape").decode("utf-8", errors="replace")
