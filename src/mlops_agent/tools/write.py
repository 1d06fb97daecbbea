"""The tool Write: a new file, or the whole content of one that was read."""

from __future__ import annotations

from mlops_agent.contracts.base import Record
from mlops_agent.contracts.journal import ToolResult
from mlops_agent.tools.base import ToolError, text_result
from mlops_agent.tools.context import ToolContext
from mlops_agent.tools.encodings import rewritten
from mlops_agent.tools.landing import land
from mlops_agent.tools.marked import check_marks
from mlops_agent.workspace.files import PathRefusedError


class WriteInput(Record):
    """The file and its whole content."""

    path: str
    content: str


class Write:
    """Create a file, or replace the whole content of a file that was read before.

    Prefer Edit for a file that exists. Folders are made. Declare the file before.
    """

    name = "Write"
    Input = WriteInput
    parallel = False

    def run(self, call: str, values: WriteInput, context: ToolContext) -> ToolResult:
        """Write the file, or say why it can't be written."""
        before = _before(values.path, context)
        check_marks(values.path, before or b"", values.content)
        try:
            after = rewritten(values.content, before)
        except UnicodeEncodeError as error:
            raise ToolError("content must be text: it holds half of a surrogate pair") from error
        if before is not None:
            unknown = context.why_not_known(values.path, before)
            if unknown:
                raise ToolError(f"{unknown}; Write replaces all of it")
            if before == after:
                raise ToolError(f"{values.path} has this content already")
        return text_result(call, self.name, land(call, values.path, before, after, context))


def _before(path: str, context: ToolContext) -> bytes | None:
    try:
        return context.worktree.read(path)
    except FileNotFoundError:
        return None
    except PathRefusedError as error:
        raise ToolError(str(error)) from error
