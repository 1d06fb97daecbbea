"""What passed between a run and a language model: the request in parts, and the reply as it came.

Kept so that a run can be sent again, priced, replayed and exported from its journal alone.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from mlops_agent.contracts.base import Record


class Tokens(Record):
    """The tokens of one exchange, by price class.

    `input` are those neither read from nor written to the cache.
    """

    input: int = Field(ge=0)
    output: int = Field(ge=0)
    cache_read: int = Field(default=0, ge=0)
    cache_write: int = Field(default=0, ge=0)

    def prompt(self) -> int:
        """All tokens of the request, however they were priced."""
        return self.input + self.cache_read + self.cache_write


class Digests(Record):
    """SHA-256 of each part of a request, in canonical JSON with the volatile parts blanked out."""

    system: str
    tools: str
    parameters: str
    messages: str


class Prompt(Record):
    """The parts of a run's requests that stay the same from turn to turn.

    `first` is the first user message. `parameters` are model, token limit and the like.
    """

    system: str
    tools: list[dict[str, Any]]
    parameters: dict[str, Any]
    first: str


class Reply(Record):
    """A model's reply: its blocks as they came, what it cost, and the request that it answers.

    `tokens` is None where the endpoint told none, `usd` where that or the model's price is unknown.
    `stop_detail` is the category of a refusal. `cache_miss` is the endpoint's own word for why the
    cache did not serve.
    """

    model: str
    message: str
    stop_reason: str
    stop_detail: str = ""
    content: list[dict[str, Any]]
    tokens: Tokens | None = None
    usd: float | None = None
    seconds: float = 0.0
    cache_miss: str = ""
    request: Digests
