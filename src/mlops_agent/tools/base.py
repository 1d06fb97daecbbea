"""What a tool is, and the two ways a call can fail.

A ToolError goes to the driver as the result of the call, worded so that the driver can mend it.
Anything else that is raised is a bug or an environment that broke, and ends the run.
"""

from __future__ import annotations

import inspect
from typing import Protocol, TypeVar

from mlops_agent.contracts.base import Record
from mlops_agent.contracts.journal import ToolResult
from mlops_agent.errors import MlopsAgentError
from mlops_agent.tools.context import ToolContext

Values_contra = TypeVar("Values_contra", bound=Record, contravariant=True)


class ToolError(MlopsAgentError):
    """The call can't be done as it was made; the message says what to do instead."""


class Tool(Protocol[Values_contra]):
    """One tool that a driver may call.

    Its docstring is what a language model reads about it; `Input` holds the arguments. `parallel`
    tools only read, so calls of them may run at the same time.
    """

    @property
    def name(self) -> str:
        """The name that calls use."""
        ...

    @property
    def parallel(self) -> bool:
        """Whether calls may run beside each other."""
        ...

    def run(self, call: str, values: Values_contra, context: ToolContext) -> ToolResult:
        """Do it. Raises ToolError for what the driver can mend."""
        ...


def description(tool: object) -> str:
    """The tool's docstring, cleaned: what a driver is told about it."""
    return inspect.getdoc(tool) or ""


def text_result(call: str, tool: str, text: str) -> ToolResult:
    """A good result that is all in its text."""
    return ToolResult(call=call, tool=tool, ok=True, text=text)
