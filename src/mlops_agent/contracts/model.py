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
    """SHA-256 of each part of a request in canonical JSON; volatile parts of messages are blank."""

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


class Price(Record):
    """USD per million tokens, for requests of more than `over` prompt tokens."""

    over: int = Field(default=0, ge=0)
    input: float = Field(ge=0, allow_inf_nan=False)
    output: float = Field(ge=0, allow_inf_nan=False)
    cache_read: float = Field(ge=0, allow_inf_nan=False)
    cache_write: float = Field(ge=0, allow_inf_nan=False)

    def cost(self, tokens: Tokens) -> float:
        """USD for one exchange."""
        priced = (
            tokens.input * self.input
            + tokens.output * self.output
            + tokens.cache_read * self.cache_read
            + tokens.cache_write * self.cache_write
        )
        return priced / 1_000_000


class ModelCard(Record):
    """What is known of a model beside its name; all of it may be unknown.

    `context` and `most_reply` are tokens. `thinking` is the parameter of that name, left out of
    requests where it is empty.
    """

    context: int | None = Field(default=None, ge=1)
    most_reply: int | None = Field(default=None, ge=1)
    thinking: dict[str, str] = {}
    prices: list[Price] = []

    def usd(self, tokens: Tokens | None) -> float | None:
        """What an exchange cost, or None where the tokens or the price are unknown."""
        bands = [price for price in self.prices if tokens and tokens.prompt() >= price.over]
        if tokens is None or not bands:
            return None
        return max(bands, key=lambda price: price.over).cost(tokens)
