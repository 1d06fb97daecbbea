"""What the program's own tools share during one run: survey, declaration hook, ending.

The engine makes it, the tools fill in the ending, and the engine ends the run when it is there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from mlops_agent.contracts.change import Declaration
from mlops_agent.contracts.handoff import Packet
from mlops_agent.contracts.report import Claim, Outcome
from mlops_agent.contracts.request import Question, Request
from mlops_agent.report.draft import ReportDraft
from mlops_agent.tools.survey import Survey


@dataclass(frozen=True, slots=True)
class Ending:
    """How a driver ends its run. `draft` and `claims` (checked) belong to the outcome report."""

    outcome: Outcome
    why: str
    questions: tuple[Question, ...] = ()
    found: tuple[str, ...] = ()
    droppable_hunks: int | None = None
    draft: ReportDraft | None = None
    claims: tuple[Claim, ...] = ()


@dataclass(slots=True)
class Desk:
    """The shared state of the program's own tools.

    `accept` takes a declaration or raises ToolError; it returns whether the declaration is new.
    `answers` are what the caller answered to questions, by question id; `handoffs` the packets made
    so far, by the call that made them.
    """

    request: Request
    survey: Survey
    accept: Callable[[Declaration], bool]
    answers: dict[str, str] = field(default_factory=dict[str, str])
    handoffs: dict[str, Packet] = field(default_factory=dict[str, Packet])
    refused_reports: int = 0
    ending: Ending | None = None
