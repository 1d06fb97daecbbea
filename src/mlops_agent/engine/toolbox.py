"""The tools of a run, by name: the six coding tools and the program's own."""

from __future__ import annotations

from functools import cache
from typing import Any, Protocol

from mlops_agent.contracts.base import Record
from mlops_agent.contracts.journal import ToolResult
from mlops_agent.drivers.base import ToolNote
from mlops_agent.tools.ask import Ask
from mlops_agent.tools.base import description
from mlops_agent.tools.bash import Bash
from mlops_agent.tools.context import ToolContext
from mlops_agent.tools.declare import Declare
from mlops_agent.tools.desk import Desk
from mlops_agent.tools.edit import Edit
from mlops_agent.tools.glob import Glob
from mlops_agent.tools.grep import Grep
from mlops_agent.tools.handoff import HandOff
from mlops_agent.tools.lifecycle import Lifecycle
from mlops_agent.tools.no_change import NoChange
from mlops_agent.tools.probe import Probe
from mlops_agent.tools.read import Read
from mlops_agent.tools.report import Report
from mlops_agent.tools.risks import Risks
from mlops_agent.tools.write import Write


class UsableTool(Protocol):
    """A tool as the loop sees it: any input record, checked against `Input` before `run`."""

    @property
    def name(self) -> str:
        """The name that calls use."""
        ...

    @property
    def parallel(self) -> bool:
        """Whether calls may run beside each other."""
        ...

    @property
    def Input(self) -> type[Record]:
        """The record of its arguments."""
        ...

    def run(self, call: str, values: Any, context: ToolContext) -> ToolResult:  # noqa: ANN401
        """Do it. Raises ToolError for what the driver can mend."""
        ...


Toolbox = dict[str, UsableTool]


def toolbox(desk: Desk) -> Toolbox:
    """All tools of a run; the program's own share its desk."""
    own = (Lifecycle, Risks, Declare, Report, HandOff, Ask, NoChange)
    plain = (Bash, Glob, Grep, Read, Edit, Write, Probe)
    tools: list[UsableTool] = [*(kind() for kind in plain), *(kind(desk) for kind in own)]
    return {tool.name: tool for tool in tools}


@cache
def _schema(kind: type[Record]) -> dict[str, Any]:
    return kind.model_json_schema()


def notes(tools: Toolbox) -> tuple[ToolNote, ...]:
    """The tools as drivers are told of them, sorted by name so that the text never changes."""
    return tuple(
        ToolNote(name, description(tool), _schema(tool.Input))
        for name, tool in sorted(tools.items())
    )
