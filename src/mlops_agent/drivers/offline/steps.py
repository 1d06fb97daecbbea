"""How the offline script makes calls: numbered, one a turn, each given back as its result."""

from __future__ import annotations

import json
from collections.abc import Generator
from typing import Any, TypeVar

from mlops_agent.contracts.journal import ToolCall, ToolResult
from mlops_agent.drivers.base import Turn
from mlops_agent.errors import MlopsAgentError

T = TypeVar("T")
Script = Generator[Turn, tuple[ToolResult, ...], T]
"""A part of the script: yields turns, is sent their results, returns T."""

INTERRUPTED = "interrupted; outcome unknown"
"""How the result of a call begins that was cut off while it acted."""


class UnexpectedResultError(MlopsAgentError):
    """A tool failed where the script has no way round; the message is the tool's own."""


class Calls:
    """Numbers the calls of one script, so that two walks through it make the same ids."""

    def __init__(self) -> None:
        self._made = 0

    def make(self, text: str, tool: str, /, **values: Any) -> Script[ToolResult]:  # noqa: ANN401
        """Make one call and return its result, good or bad."""
        self._made += 1
        results = yield Turn(text, (ToolCall(id=f"c{self._made}", tool=tool, input=values),))
        return results[0]

    def repeat(self, text: str, tool: str, /, **values: Any) -> Script[ToolResult]:  # noqa: ANN401
        """Make a call that does no harm twice, again where it was cut off."""
        result = yield from self.make(text, tool, **values)
        while not result.ok and result.text.startswith(INTERRUPTED):
            result = yield from self.make(text, tool, **values)
        return result

    def need(self, text: str, tool: str, /, **values: Any) -> Script[dict[str, Any]]:  # noqa: ANN401
        """Make one call that answers in JSON; raises UnexpectedResultError when it fails."""
        result = yield from self.make(text, tool, **values)
        if not result.ok:
            raise UnexpectedResultError(f"{tool}: {result.text}")
        return json.loads(result.text)
