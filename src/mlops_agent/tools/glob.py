"""The tool Glob: files by name."""

from __future__ import annotations

from pydantic import Field

from mlops_agent.contracts.base import Record
from mlops_agent.contracts.journal import ToolResult
from mlops_agent.tools.base import text_result
from mlops_agent.tools.context import ToolContext
from mlops_agent.workspace.globs import matches
from mlops_agent.workspace.names import shown

MOST_FILES = 200


class GlobInput(Record):
    """The pattern that paths have to fit."""

    pattern: str = Field(min_length=1)


class Glob:
    """List the files of the worktree whose path fits a git-style pattern, sorted.

    `*` stays within a folder, `**` spans folders, a pattern without a slash fits at any depth, and
    the name of a folder fits all below it. Ignored files and submodules are left out.
    """

    name = "Glob"
    Input = GlobInput
    parallel = True

    def run(self, call: str, values: GlobInput, context: ToolContext) -> ToolResult:
        """Return the paths, one a line."""
        paths = map(shown, context.worktree.files())
        found = [path for path in paths if matches(path, values.pattern)]
        lines = found[:MOST_FILES]
        if len(found) > MOST_FILES:
            lines.append(f"[{len(found) - MOST_FILES} more files: make the pattern narrower]")
        return text_result(call, self.name, "\n".join(lines) or "[no file fits]")
