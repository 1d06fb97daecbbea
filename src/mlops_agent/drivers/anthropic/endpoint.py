"""The endpoint: one request out, one reply in, and each way it can fail as one line.

Retries with back-off, time limits, streaming and the typed errors are the SDK's. Nothing is told
here of the key, and a failed request is never sent to another place.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from mlops_agent.contracts.model import Digests, ModelCard, Reply
from mlops_agent.drivers.anthropic.received import reply_of

if TYPE_CHECKING:
    from anthropic import Anthropic
    from anthropic.lib.streaming import MessageStream
    from anthropic.types import Message

Asked = TypeVar("Asked")

RETRIES = 4
SECONDS = 600.0
UNSTREAMED = 21_000
"""Above so many reply tokens the SDK wants a stream: a plain request could outlast any proxy."""

UNCOUNTED = frozenset({404, 405, 501})
"""How endpoints answer that count no tokens."""


class Endpoint:
    """Where requests go: the SDK's own settings (ANTHROPIC_BASE_URL, ANTHROPIC_API_KEY) say it.

    The SDK is imported with the first request, since that takes seconds.

    Args:
        retries: how often a request is sent again after a failure that may pass.
        seconds: how long one attempt may take.
    """

    def __init__(self, retries: int = RETRIES, seconds: float = SECONDS) -> None:
        self._retries = retries
        self._seconds = seconds
        self._client: Anthropic | None = None

    def send(self, body: dict[str, Any], card: ModelCard, request: Digests) -> Reply:
        """Send one request and return the reply, priced.

        Raises EndpointError, after the SDK's retries.
        """
        begun = time.monotonic()

        def ask() -> Reply:
            message = _plain(self._message(body))
            return reply_of(message, card, request, time.monotonic() - begun)

        return self._asked(ask, body)

    def count(self, body: dict[str, Any]) -> int | None:
        """The tokens of a request, as the endpoint counts them; None where it counts none.

        Raises EndpointError, after the SDK's retries.
        """
        asked = {key: body[key] for key in ("model", "system", "tools", "messages")}

        def ask() -> int | None:
            from anthropic import APIStatusError

            try:
                return int(self._open().messages.count_tokens(**asked).input_tokens)
            except APIStatusError as error:
                if error.status_code not in UNCOUNTED:
                    raise
                return None

        return self._asked(ask, body)

    def _asked(self, ask: Callable[[], Asked], body: dict[str, Any]) -> Asked:
        from mlops_agent.drivers.anthropic.failures import told

        try:
            return ask()
        except Exception as error:
            failure = told(error, str(body["model"]), self._keys())
            if failure is None:
                raise
            raise failure from error

    def _keys(self) -> list[str]:
        """What must not be told."""
        client = self._client
        return [key for key in (client.api_key, client.auth_token) if key] if client else []

    def _message(self, body: dict[str, Any]) -> Message:
        client = self._open()
        if body["max_tokens"] <= UNSTREAMED:
            return cast("Message", client.messages.create(**body))
        with client.messages.stream(**body) as stream:
            return _whole(stream)

    def _open(self) -> Anthropic:
        if self._client is None:
            from anthropic import Anthropic, DefaultHttpxClient

            # The SDK's own client complains on standard error when it could not be made.
            http = DefaultHttpxClient(timeout=self._seconds)
            self._client = Anthropic(
                max_retries=self._retries, timeout=self._seconds, http_client=http
            )
        return self._client


def _whole(stream: MessageStream[None]) -> Message:
    """The message of a stream that came to its end, told apart from one that broke off."""
    try:
        message = stream.get_final_message()
    except (AssertionError, AttributeError, LookupError, RuntimeError, TypeError) as error:
        # What the SDK raises for events that come out of order, or not at all.
        raise ValueError("its stream is in no order") from error
    if message.stop_reason is None:
        raise ValueError("its stream ended in the middle of the message")
    return message


def _plain(message: Any) -> object:  # noqa: ANN401  typed by the SDK, whatever came
    return (
        message.to_dict(mode="python", warnings=False) if hasattr(message, "to_dict") else message
    )
