"""The tool Edit: replace one occurrence of a text in a file that was read."""

from __future__ import annotations

from mlops_agent.contracts.base import Record
from mlops_agent.contracts.journal import ToolResult
from mlops_agent.sandbox.secrets.marks import marks_in
from mlops_agent.tools.base import ToolError, text_result
from mlops_agent.tools.context import ToolContext
from mlops_agent.tools.landing import land
from mlops_agent.tools.marked import as_in_file, check_marks, replace_marked
from mlops_agent.tools.read import read
from mlops_agent.tools.textfile import replace_once


class EditInput(Record):
    """The file, the text to replace, and what comes in its place."""

    path: str
    old: str
    new: str


class Edit:
    """Replace the one occurrence of `old` in a file by `new`, exactly, white space included.

    Read the file first; if it changed since, read it again. `old` must be in the file once: give
    as many lines around it as that takes. Line numbers are not part of the text. Declare the file
    before. Line ends and byte order mark of the file stay.
    """

    name = "Edit"
    Input = EditInput
    parallel = False

    def run(self, call: str, values: EditInput, context: ToolContext) -> ToolResult:
        """Make the edit, or say why it can't be made."""
        before = read(values.path, context)
        unknown = context.why_not_known(values.path, before)
        if unknown:
            raise ToolError(unknown)
        check_marks(values.path, before, values.new)
        after = _edited(values, before, context)
        done = land(call, values.path, before, after, context)
        return text_result(call, self.name, done)


def _edited(values: EditInput, before: bytes, context: ToolContext) -> bytes:
    path, new = values.path, values.new
    old = as_in_file(before, values.old, new)
    if marks_in(old):
        return replace_marked(path, before, old, new, context.redactor)
    try:
        return replace_once(path, before, old, new)
    except ToolError:
        # What is told of the file's text must be told of the redacted one.
        return replace_marked(path, before, old, new, context.redactor)
