"""A model's reply as a turn: its words, its calls with ids of ours, its cost.

Call ids count turns and calls (`t7c2`), so that the model can cite them and no endpoint can give
the same one twice. What is wrong with a call is put into it, for the model to mend.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from mlops_agent.contracts.journal import ToolCall
from mlops_agent.contracts.model import Reply
from mlops_agent.drivers.anthropic.stops import next_step, waits
from mlops_agent.drivers.base import Turn

Block = dict[str, Any]

CUT = (
    "the reply reached its limit of {tokens} tokens in the middle of this call, so it was not "
    "made: make it again, smaller"
)
NO_OBJECT = "the input of {tool} is no JSON object: call it again with named arguments"
NUL = "the input of {tool} holds a NUL character, which no path, command or text may: leave it out"


def turn_of(reply: Reply, number: int, most_tokens: int) -> Turn:
    """Make a turn of a reply; `number` is the turn's, from 1."""
    step = next_step(reply.stop_reason)
    uses = [] if step in {"refused", "full"} else tool_uses(reply.content)
    calls = tuple(_call(block, f"t{number}c{place}") for place, block in enumerate(uses, 1))
    if step == "cut" and calls and reply.content[-1] is uses[-1]:
        problem = CUT.format(tokens=most_tokens)
        calls = (*calls[:-1], calls[-1].model_copy(update={"problem": problem}))
    return Turn(text_of(reply.content), calls, reply, waits=waits(reply))


def tool_uses(content: Iterable[Block]) -> list[Block]:
    """The blocks that call a tool of ours, in order."""
    return [block for block in content if block.get("type") == "tool_use"]


def text_of(content: Sequence[Block]) -> str:
    """What the model said, or where it said nothing the summary of what it thought."""
    for kind, field in (("text", "text"), ("thinking", "thinking")):
        texts = [str(one.get(field, "")).strip() for one in content if one.get("type") == kind]
        if said := "\n".join(text for text in texts if text):
            return said
    return ""


def _call(block: Block, name: str) -> ToolCall:
    tool, given = str(block.get("name", "")), block.get("input")
    if not isinstance(given, dict):
        return ToolCall(id=name, tool=tool, input={}, problem=NO_OBJECT.format(tool=tool))
    problem = NUL.format(tool=tool) if _has_nul(cast("object", given)) else ""
    return ToolCall(id=name, tool=tool, input=cast("dict[str, Any]", given), problem=problem)


def _has_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_nul(one) for pair in cast("Block", value).items() for one in pair)
    return isinstance(value, list) and any(_has_nul(one) for one in cast("list[object]", value))
