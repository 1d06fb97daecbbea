"""A run's journal as a trajectory that other tools read (ATIF v1.7).

One way: the format cannot hold a request as it was sent or the order of a reply's blocks, so
nothing is ever replayed from it. What it has no field for is kept in `extra`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mlops_agent.contracts.journal import (
    AnyEvent,
    CallFinished,
    RunEnded,
    RunStarted,
    ToolCall,
    ToolResult,
    TurnDecided,
)
from mlops_agent.contracts.model import Prompt, Reply
from mlops_agent.drivers.recorded_requests import prompt_of
from mlops_agent.errors import BadInputError
from mlops_agent.evaluation.atif import (
    AtifAgent,
    AtifCall,
    AtifMetrics,
    AtifObservation,
    AtifResult,
    AtifStep,
    AtifTotals,
    Trajectory,
)

NAME = "mlops-agent"


def trajectory(events: Sequence[AnyEvent]) -> Trajectory:
    """Make the trajectory of a run; raises BadInputError for a journal without a beginning."""
    started = events[0] if events else None
    if not isinstance(started, RunStarted):
        raise BadInputError("the journal does not begin with the start of a run")
    prompt = prompt_of(events)
    steps = list(_steps(started, prompt, events))
    replies = [one.reply for one in events if isinstance(one, TurnDecided) and one.reply]
    return Trajectory(
        session_id=started.run,
        agent=_agent(started, prompt, replies),
        steps=steps,
        final_metrics=_totals(steps, replies),
        extra=_about(started, events[-1]),
    )


def _agent(started: RunStarted, prompt: Prompt | None, replies: Sequence[Reply]) -> AtifAgent:
    return AtifAgent(
        name=NAME,
        version=started.version,
        model_name=replies[0].model if replies else None,
        tool_definitions=[_function(tool) for tool in prompt.tools] if prompt else None,
        extra={"driver": started.driver, **({"parameters": prompt.parameters} if prompt else {})},
    )


def _function(tool: dict[str, Any]) -> dict[str, Any]:
    described = {"name": tool["name"], "description": tool["description"]}
    return {"type": "function", "function": {**described, "parameters": tool["input_schema"]}}


def _about(started: RunStarted, last: AnyEvent) -> dict[str, Any]:
    about: dict[str, Any] = {
        "base_commit": started.base.commit,
        "isolation": started.isolation.kind,
        "request": started.request.model_dump(mode="json", by_alias=True, exclude_defaults=True),
    }
    if isinstance(last, RunEnded):
        about |= {"outcome": last.outcome, "why": last.why, "proposed_tree": last.proposed_tree}
    return about


def _steps(
    started: RunStarted, prompt: Prompt | None, events: Sequence[AnyEvent]
) -> Iterator[AtifStep]:
    """The texts that came first, then a step a turn with its results, numbered from 1."""
    number = 1
    if prompt is not None:
        yield AtifStep(step_id=number, source="system", message=prompt.system)
        number += 1
    first = prompt.first if prompt else started.request.text
    yield AtifStep(step_id=number, timestamp=started.at, source="user", message=first)
    results = {one.result.call: one.result for one in events if isinstance(one, CallFinished)}
    turns = [one for one in events if isinstance(one, TurnDecided)]
    for number_of_turn, turn in enumerate(turns, start=number + 1):
        yield _step(number_of_turn, turn, results)


def _step(number: int, turn: TurnDecided, results: dict[str, ToolResult]) -> AtifStep:
    done = [results[call.id] for call in turn.calls if call.id in results]
    reply = turn.reply
    return AtifStep(
        step_id=number,
        timestamp=turn.at,
        source="agent",
        message=turn.text,
        model_name=reply.model if reply else None,
        reasoning_content=_thoughts(reply) if reply else None,
        tool_calls=[_call(call) for call in turn.calls] or None,
        observation=AtifObservation(results=[_result(one) for one in done]) if done else None,
        metrics=_metrics(reply) if reply else None,
        llm_call_count=1 if reply else 0,
        extra=_told_of(reply) if reply else None,
    )


def _thoughts(reply: Reply) -> str | None:
    thoughts = (str(b.get("thinking", "")) for b in reply.content if b.get("type") == "thinking")
    return "\n".join(thought for thought in thoughts if thought) or None


def _call(call: ToolCall) -> AtifCall:
    return AtifCall(
        tool_call_id=call.id,
        function_name=call.tool,
        arguments=call.input,
        extra={"problem": call.problem} if call.problem else None,
    )


def _result(result: ToolResult) -> AtifResult:
    extra: dict[str, Any] = {
        "is_error": not result.ok,
        "seconds": result.seconds,
        "tree": result.tree_hash,
    }
    if result.command:
        extra |= {"command": result.command, "exit_code": result.exit_code}
    return AtifResult(source_call_id=result.call, content=result.text, extra=extra)


def _metrics(reply: Reply) -> AtifMetrics:
    if reply.tokens is None:
        return AtifMetrics(cost_usd=reply.usd)
    return AtifMetrics(
        prompt_tokens=reply.tokens.prompt(),
        completion_tokens=reply.tokens.output,
        cached_tokens=reply.tokens.cache_read,
        cost_usd=reply.usd,
        extra={"cache_write_tokens": reply.tokens.cache_write},
    )


def _told_of(reply: Reply) -> dict[str, Any]:
    told: dict[str, Any] = {"stop_reason": reply.stop_reason, "seconds": reply.seconds}
    if reply.stop_detail:
        told["stop_detail"] = reply.stop_detail
    return told | {"message_id": reply.message, "request_sha256": reply.request.model_dump()}


def _totals(steps: Sequence[AtifStep], replies: Sequence[Reply]) -> AtifTotals:
    tokens = [reply.tokens for reply in replies if reply.tokens is not None]
    costs = [reply.usd for reply in replies if reply.usd is not None]
    counted = bool(tokens) and len(tokens) == len(replies)
    calls = sum(len(step.tool_calls or ()) for step in steps)
    return AtifTotals(
        total_prompt_tokens=sum(one.prompt() for one in tokens) if counted else None,
        total_completion_tokens=sum(one.output for one in tokens) if counted else None,
        total_cached_tokens=sum(one.cache_read for one in tokens) if counted else None,
        total_cost_usd=sum(costs) if costs and len(costs) == len(replies) else None,
        total_steps=len(steps),
        extra={"tool_calls": calls},
    )
