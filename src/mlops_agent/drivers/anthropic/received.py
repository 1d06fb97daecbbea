"""A message as an endpoint sent it, made into the reply that a run keeps.

The SDK takes whatever comes with status 200, so the shape is checked here. What is no message is
refused; what no journal can hold (half of a surrogate pair, nesting without end) is replaced, for
the model to hear of it when its call does not fit.
"""

from __future__ import annotations

import math
import re
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, ValidationError

from mlops_agent.contracts.model import Digests, ModelCard, Reply, Tokens

DEEPEST = 60
"""More than any tool's input nests, less than what JSON writers take."""
TOO_DEEP = "(nested too deep to be kept)"
_SURROGATE = re.compile("[\ud800-\udfff]")


class NoMessageError(ValueError):
    """What came is no message of the Messages API."""


class _Block(BaseModel):
    """What every block has; the rest is kept as it came."""

    model_config = ConfigDict(extra="allow", strict=True)

    type: str


class _Message(BaseModel):
    """The fields of a message without which there is no reply."""

    model_config = ConfigDict(extra="allow", strict=True)

    id: str = ""
    model: str = ""
    content: list[_Block]
    stop_reason: str | None = None


def reply_of(received: object, card: ModelCard, request: Digests, seconds: float) -> Reply:
    """The reply, priced; raises NoMessageError for what is none."""
    try:
        message = _Message.model_validate(kept(received))
    except ValidationError as error:
        raise NoMessageError("it is no message of the Messages API") from error
    told = message.model_extra or {}
    tokens = _tokens(told.get("usage"))
    reason = member(told.get("diagnostics"), "cache_miss_reason")
    return Reply(
        model=message.model,
        message=message.id,
        stop_reason=message.stop_reason or "",
        stop_detail=str(member(told.get("stop_details"), "category") or ""),
        content=[block.model_dump() for block in message.content],
        tokens=tokens,
        usd=card.usd(tokens),
        seconds=round(seconds, 3),
        cache_miss=str(member(reason, "type") or ""),
        request=request,
    )


def kept(value: object, depth: int = 0) -> Any:  # noqa: ANN401  JSON in, JSON out
    """A JSON value as it can be written to a journal and sent again."""
    if isinstance(value, str):
        return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if not isinstance(value, dict | list):
        return value
    if depth == DEEPEST:
        return TOO_DEEP
    if isinstance(value, list):
        return [kept(one, depth + 1) for one in cast("list[object]", value)]
    members = cast("dict[str, object]", value)
    return {kept(name): kept(one, depth + 1) for name, one in members.items()}


def _tokens(usage: object) -> Tokens | None:
    """What the endpoint told; None where it told nothing, which must not count as nothing."""
    try:
        return Tokens.model_validate(
            {
                "input": member(usage, "input_tokens"),
                "output": member(usage, "output_tokens"),
                "cache_read": member(usage, "cache_read_input_tokens") or 0,
                "cache_write": member(usage, "cache_creation_input_tokens") or 0,
            }
        )
    except ValidationError:
        return None


def member(value: object, key: str) -> object:
    """A member of a JSON object, or None where there is none or the value is no object."""
    return cast("dict[str, Any]", value).get(key) if isinstance(value, dict) else None
