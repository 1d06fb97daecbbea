"""The tool Grep: lines by content."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pydantic import Field

from mlops_agent.contracts.base import Record
from mlops_agent.contracts.journal import ToolResult
from mlops_agent.sandbox.output import bounded
from mlops_agent.tools import searching
from mlops_agent.tools.base import ToolError, text_result
from mlops_agent.tools.context import ToolContext
from mlops_agent.tools.found_lines import veil_found
from mlops_agent.workspace.globs import matches
from mlops_agent.workspace.names import shown

MOST_LINES = 200
SECONDS = 30
_NOTHING, _BAD_PATTERN = 1, 2


class GrepInput(Record):
    """A Python regular expression, and which files to search."""

    pattern: str = Field(min_length=1)
    paths: str = "**"
    ignore_case: bool = False


class Grep:
    """Find the lines of the worktree's files that fit a regular expression (Python's `re`).

    Answers with path:line:text. `paths` is a git-style pattern as Glob takes it. Ignored, binary
    and very large files are left out.
    """

    name = "Grep"
    Input = GrepInput
    parallel = True

    def run(self, call: str, values: GrepInput, context: ToolContext) -> ToolResult:
        """Return the lines, at most MOST_LINES of them."""
        names = {shown(name): name for name in context.worktree.files()}
        paths = {path: name for path, name in names.items() if matches(path, values.paths)}
        output = context.output_file(call)
        output.parent.mkdir(parents=True, exist_ok=True)
        order = output.with_suffix(".json")
        wanted = {
            "pattern": values.pattern,
            "ignore_case": values.ignore_case,
            "most": MOST_LINES,
            "paths": paths,
        }
        order.write_text(json.dumps(wanted), encoding="utf-8")
        script = Path(searching.__file__)
        try:
            ran = context.sandbox.run(
                [sys.executable, "-I", str(script), str(order)],
                cwd=context.worktree.path,
                read_only=[script, order],
                timeout=SECONDS,
                output=output,
            )
            veil_found(output, paths, context)
        finally:
            order.unlink()
        if ran.timed_out:
            raise ToolError(f"the search took more than {SECONDS} s: use a simpler pattern")
        if ran.exit_code == _BAD_PATTERN:
            raise ToolError(f"the pattern is not a regular expression: {ran.text.strip()}")
        if ran.exit_code not in (0, _NOTHING):
            raise ToolError(f"the search failed: {ran.text.strip()}")
        return text_result(call, self.name, bounded(output).rstrip("\n") or "[no line fits]")
