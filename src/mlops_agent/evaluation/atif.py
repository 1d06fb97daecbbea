"""The records of ATIF v1.7, the Agent Trajectory Interchange Format, as far as runs fill them.

The lowest version that others read widely. What it has no field for goes into `extra`.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from mlops_agent.contracts.base import Record

VERSION = "ATIF-v1.7"


class AtifAgent(Record):
    """Who acted. `tool_definitions` are in the form that function calling has."""

    name: str
    version: str
    model_name: str | None = None
    tool_definitions: list[dict[str, Any]] | None = None
    extra: dict[str, Any] | None = None


class AtifCall(Record):
    """One call of a tool."""

    tool_call_id: str
    function_name: str
    arguments: dict[str, Any]
    extra: dict[str, Any] | None = None


class AtifResult(Record):
    """What a call of the same step came to."""

    source_call_id: str
    content: str
    extra: dict[str, Any]


class AtifObservation(Record):
    """The results of a step's calls, in call order."""

    results: list[AtifResult]


class AtifMetrics(Record):
    """Tokens and USD of one step; `prompt_tokens` count all that was sent."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int | None = None
    cost_usd: float | None = None
    extra: dict[str, Any] | None = None


class AtifStep(Record):
    """One step; `llm_call_count` is 0 where rules decided."""

    step_id: int = Field(ge=1)
    timestamp: str | None = None
    source: Literal["system", "user", "agent"]
    message: str
    model_name: str | None = None
    reasoning_content: str | None = None
    tool_calls: list[AtifCall] | None = None
    observation: AtifObservation | None = None
    metrics: AtifMetrics | None = None
    llm_call_count: int | None = None
    extra: dict[str, Any] | None = None


class AtifTotals(Record):
    """The whole run's numbers; None where one of its replies' is unknown."""

    total_prompt_tokens: int | None = None
    total_completion_tokens: int | None = None
    total_cached_tokens: int | None = None
    total_cost_usd: float | None = None
    total_steps: int
    extra: dict[str, Any]


class Trajectory(Record):
    """One run."""

    schema_version: Literal["ATIF-v1.7"] = VERSION
    session_id: str
    agent: AtifAgent
    steps: list[AtifStep] = Field(min_length=1)
    final_metrics: AtifTotals
    extra: dict[str, Any]

    def to_json(self) -> str:
        """The document, without what is not known, ending in a newline."""
        return self.model_dump_json(indent=2, exclude_none=True) + "\n"
