"""The endpoint: one request out, one reply in, and each way it can fail as one line.

Retries with back-off, time limits, streaming and the typed errors are the SDK's. Nothing is told
here of the key, and a failed request is never sent to another place.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from mlops_agent.contracts.model import Digests, ModelCard, Reply, Tokens

if TYPE_CHECKING:
    from anthropic import Anthropic
    from anthropic.types import Message, Usage

Asked = TypeVar("Asked")

RETRIES = 4
SECONDS = 600.0
UNSTREAMED = 21_000
"""Above so many reply tokens the SDK wants a stream: a plain request could outlast any proxy."""


class Endpoint:
    """Where requests go: the SDK's own settings (ANTHROPIC_BASE_URL, ANTHROPIC_API_KEY) say it.

    The SDK is imported with the first request, since that takes seconds.
    """

    def __init__(self) -> None:
        self._client: Anthropic | None = None

    def send(self, body: dict[str, Any], card: ModelCard, request: Digests) -> Reply:
        """Send one request and return the reply, priced.

        Raises EndpointError, after the SDK's retries.
        """
        begun = time.monotonic()
        message = self._asked(lambda: self._message(body), body)
        return _reply(message, card, request, time.monotonic() - begun)

    def count(self, body: dict[str, Any]) -> int:
        """The tokens of a request, as the endpoint counts them; raises EndpointError."""
        asked = {key: body[key] for key in ("model", "system", "tools", "messages")}
        counted = self._asked(lambda: self._open().messages.count_tokens(**asked), body)
        return counted.input_tokens

    def _asked(self, ask: Callable[[], Asked], body: dict[str, Any]) -> Asked:
        from mlops_agent.drivers.anthropic.failures import told

        try:
            return ask()
        except Exception as error:
            failure = told(error, str(body["model"]))
            if failure is None:
                raise
            raise failure from error

    def _message(self, body: dict[str, Any]) -> Message:
        client = self._open()
        if body["max_tokens"] <= UNSTREAMED:
            return cast("Message", client.messages.create(**body))
        with client.messages.stream(**body) as stream:
            return stream.get_final_message()

    def _open(self) -> Anthropic:
        if self._client is None:
            from anthropic import Anthropic

            self._client = Anthropic(max_retries=RETRIES, timeout=SECONDS)
        return self._client


def _reply(message: Message, card: ModelCard, request: Digests, seconds: float) -> Reply:
    # The SDK takes whatever comes with 200 for a message; a proxy's page is none.
    if not isinstance(getattr(message, "content", None), list):
        from mlops_agent.drivers.anthropic.failures import LATER, EndpointError

        raise EndpointError("the endpoint's answer is no message of the Messages API", LATER)
    tokens = _tokens(message.usage)
    details, diagnostics = message.stop_details, message.diagnostics
    reason = diagnostics.cache_miss_reason if diagnostics else None
    return Reply(
        model=message.model,
        message=message.id,
        stop_reason=message.stop_reason or "",
        stop_detail=(details.category or "") if details else "",
        content=[block.to_dict(mode="json") for block in message.content],
        tokens=tokens,
        usd=card.usd(tokens),
        seconds=round(seconds, 3),
        cache_miss=reason.type if reason else "",
        request=request,
    )


def _tokens(usage: Usage | None) -> Tokens | None:
    """What the endpoint told; None where it told nothing, which must not count as nothing."""
    # The SDK does not hold an endpoint to its types.
    given: tuple[int | None, int | None] = (
        getattr(usage, "input_tokens", None),
        getattr(usage, "output_tokens", None),
    )
    if usage is None or given[0] is None or given[1] is None:
        return None
    return Tokens(
        input=given[0],
        output=given[1],
        cache_read=usage.cache_read_input_tokens or 0,
        cache_write=usage.cache_creation_input_tokens or 0,
    )
