"""Calls made ready: looked up, their input checked, grouped by what may run together.

What is wrong with a call is told in a result that a driver can mend, never raised.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pydantic import ValidationError

from mlops_agent.contracts.base import Record
from mlops_agent.contracts.journal import ToolCall, ToolResult
from mlops_agent.engine.toolbox import Toolbox, UsableTool

SHOWN_ERRORS = 5


@dataclass(frozen=True, slots=True)
class Ready:
    """A call whose tool exists and whose input fits; or `problem`, and it is not run."""

    call: ToolCall
    tool: UsableTool | None = None
    values: Record | None = None
    problem: str = ""

    @property
    def parallel(self) -> bool:
        """Whether it may run beside others: it only reads, or is not run at all."""
        return self.tool is None or self.tool.parallel


def prepare(call: ToolCall, tools: Toolbox) -> Ready:
    """Check a call against the tools that there are."""
    if call.problem:
        return Ready(call, problem=call.problem)
    tool = tools.get(call.tool)
    if tool is None:
        known = ", ".join(sorted(tools))
        return Ready(call, problem=f"there is no tool {call.tool!r}; the tools are: {known}")
    try:
        return Ready(call, tool, tool.Input.model_validate(call.input))
    except ValidationError as error:
        return Ready(call, problem=_told(tool.name, error))


def batches(calls: Sequence[Ready]) -> Iterator[list[Ready]]:
    """Group consecutive calls that may run together; each other call stands alone."""
    for together, group in groupby(calls, key=lambda ready: ready.parallel):
        if together:
            yield list(group)
        else:
            yield from ([ready] for ready in group)


def failed(call: ToolCall, text: str) -> ToolResult:
    """The result of a call that did not act."""
    return ToolResult(call=call.id, tool=call.tool, ok=False, text=text)


def _told(tool: str, error: ValidationError) -> str:
    lines = [
        f"- {'.'.join(str(part) for part in one['loc']) or 'input'}: {one['msg']}"
        for one in error.errors()[:SHOWN_ERRORS]
    ]
    return f"the input of {tool} does not fit; call it again with these mended:\n" + "\n".join(
        lines
    )
