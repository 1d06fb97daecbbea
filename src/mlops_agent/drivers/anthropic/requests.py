"""The request of a turn: built from the prompt and the history alone, with its digests.

Whoever has a run's journal can build each of its requests again; strict replay does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mlops_agent.contracts.model import Digests, ModelCard, Prompt, Reply
from mlops_agent.drivers.anthropic.conversation import Conversation
from mlops_agent.drivers.anthropic.stops import next_step
from mlops_agent.drivers.base import Exchange
from mlops_agent.drivers.volatile import exact_digest

CACHED_FROM = 3
"""The turn from which a run's prefix has been written to the cache and should be read from it."""


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One request in its parts. `previous` asks the endpoint why the cache of that message failed;
    it is no part of the digests, since it differs each time.
    """

    prompt: Prompt
    parameters: dict[str, Any]
    messages: list[dict[str, Any]]
    messages_digest: str
    frozen_digests: tuple[str, str]
    previous: str = ""

    @classmethod
    def following(
        cls,
        prompt: Prompt,
        conversation: Conversation,
        history: Sequence[Exchange],
        card: ModelCard,
    ) -> ModelRequest:
        """The request that follows a history, which the conversation has taken in."""
        replies = [one.turn.reply for one in history if one.turn.reply is not None]
        return cls(
            prompt=prompt,
            parameters=_parameters(prompt.parameters, replies, card),
            messages=conversation.messages,
            messages_digest=conversation.digest(),
            frozen_digests=conversation.frozen_digests(prompt),
            previous=_uncached(replies),
        )

    def body(self) -> dict[str, Any]:
        """The request as the SDK takes it."""
        asked = {"diagnostics": {"previous_message_id": self.previous}} if self.previous else {}
        return {
            **self.parameters,
            **asked,
            "system": self.prompt.system,
            "tools": self.prompt.tools,
            "messages": self.messages,
        }

    def tokens_at_most(self, history: Sequence[Exchange]) -> int:
        """A bound on the request's tokens: what was counted last, and a token a character since."""
        counted, told = 0, len(history)
        for back, exchange in enumerate(reversed(history)):
            reply = exchange.turn.reply
            if reply is not None and reply.tokens is not None:
                counted, told = reply.tokens.prompt() + reply.tokens.output, back + 1
                break
        results = (one.text for exchange in history[-told:] for one in exchange.results)
        return counted + sum(len(text) for text in results) + self.parameters["max_tokens"]

    def digests(self) -> Digests:
        """What the request is, part by part; messages without what differs from run to run."""
        system, tools = self.frozen_digests
        return Digests(
            system=system,
            tools=tools,
            parameters=exact_digest(self.parameters),
            messages=self.messages_digest,
        )


def _parameters(asked: dict[str, Any], replies: Sequence[Reply], card: ModelCard) -> dict[str, Any]:
    """The parameters, with twice the reply tokens for each reply in a row that was cut."""
    cut = 0
    for reply in reversed(replies):
        if next_step(reply.stop_reason) != "cut":
            break
        cut += 1
    tokens = asked["max_tokens"] * 2**cut
    return {**asked, "max_tokens": min(tokens, card.most_reply or asked["max_tokens"])}


def _uncached(replies: Sequence[Reply]) -> str:
    """The id of the last message where the cache had been written and was not read any more."""
    if len(replies) < CACHED_FROM or replies[-1].tokens is None:
        return ""
    written = any(one.tokens is not None and one.tokens.cache_write for one in replies[:-1])
    return replies[-1].message if written and not replies[-1].tokens.cache_read else ""
