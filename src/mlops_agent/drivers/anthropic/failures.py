"""Each way an endpoint fails, as one line that says what to do; the SDK's own classes decide.

An exception that is not on the list is a bug of ours and is passed on as such.
"""

from __future__ import annotations

from collections.abc import Iterable

import anthropic
import httpx2

from mlops_agent.drivers.anthropic.received import member
from mlops_agent.errors import LimitReachedError, MlopsAgentError
from mlops_agent.exit_codes import ExitCode

RESUME = "go on with mlops-agent resume"
KEY = f"set ANTHROPIC_API_KEY (and ANTHROPIC_BASE_URL for a server of your own), then {RESUME}"
LATER = f"nothing is lost: later {RESUME}"
MODEL = f"{RESUME} --model and another model"
FILES = f"look at SSL_CERT_FILE and SSL_CERT_DIR, then {RESUME}"
_WIDEST = 300


class EndpointError(MlopsAgentError):
    """The model's endpoint could not be used; the message says which way it failed."""

    exit_code = ExitCode.ENDPOINT


def told(error: Exception, model: str, keys: Iterable[str]) -> MlopsAgentError | None:
    """The failure in one line, or None where the exception is none of an endpoint's.

    A request that is too large is a limit that was reached, all else an EndpointError. None of the
    `keys` is in the line, whoever put it there.
    """
    failure = _failure(error, model)
    return failure and type(failure)(_without(keys, str(failure)), failure.hint)


def _failure(error: Exception, model: str) -> MlopsAgentError | None:
    if isinstance(error, anthropic.APIStatusError):
        return _refused(error, model)
    if isinstance(error, TypeError) and "authentication" in str(error):
        return EndpointError("there are no credentials for the endpoint", KEY)
    for kinds, message, hint in _FAILED:
        if isinstance(error, kinds):
            return EndpointError(message.format(cause=_cause(error)), hint)
    return None


_FAILED: tuple[tuple[tuple[type[Exception], ...], str, str], ...] = (
    (
        (anthropic.APITimeoutError, httpx2.TimeoutException),
        "the endpoint did not answer in time",
        LATER,
    ),
    (
        (anthropic.APIConnectionError, httpx2.HTTPError, httpx2.InvalidURL),
        "no connection to the endpoint: {cause}",
        LATER,
    ),
    (
        # Python's JSON reader gives up with a RecursionError on what nests too deep.
        (anthropic.APIError, ValueError, RecursionError),
        "the endpoint's answer can't be read: {cause}",
        LATER,
    ),
    ((anthropic.AnthropicError,), "the endpoint can't be asked: {cause}", KEY),
    ((OSError,), "the client for the endpoint can't be made: {cause}", FILES),
)


def _refused(error: anthropic.APIStatusError, model: str) -> MlopsAgentError:
    said = _said(error)
    if error.status_code == 413 or "prompt is too long" in said:
        return LimitReachedError(f"the request has outgrown what the endpoint takes: {said}")
    for kinds, message, hint in _TABLE:
        if isinstance(error, kinds):
            return EndpointError(message.format(model=model, said=said), hint)
    if error.status_code < 400:
        return EndpointError(f"the endpoint broke its answer off: {said}", LATER)
    hint = LATER if error.status_code >= 500 else ""
    return EndpointError(f"the endpoint answers {error.status_code}: {said}", hint)


_TABLE: tuple[tuple[type[anthropic.APIStatusError], str, str], ...] = (
    (anthropic.AuthenticationError, "the endpoint does not take the credentials: {said}", KEY),
    (
        anthropic.PermissionDeniedError,
        "the credentials may not use {model}: {said}",
        MODEL,
    ),
    (
        anthropic.NotFoundError,
        "the endpoint has no model {model}: {said}",
        MODEL,
    ),
    (anthropic.RateLimitError, "the endpoint's rate limit holds after all retries: {said}", LATER),
    (anthropic.OverloadedError, "the endpoint is overloaded after all retries: {said}", LATER),
)


def _said(error: anthropic.APIStatusError) -> str:
    """The endpoint's own message, in one line."""
    inner = member(error.body, "error")
    return _line(str(member(inner, "message") or error.message))


def _cause(error: Exception) -> str:
    # The SDK says only "Connection error.", and what it was in the cause.
    cause = error.__cause__ if isinstance(error, anthropic.APIConnectionError) else None
    return _line(str(cause or error) or type(error).__name__)


def _line(text: str) -> str:
    # What an endpoint says goes to a terminal, so control characters are left out.
    printable = "".join(one if one.isprintable() else " " for one in text)
    line = " ".join(printable.split())
    return line if len(line) <= _WIDEST else f"{line[:_WIDEST]}..."


def _without(keys: Iterable[str], line: str) -> str:
    for key in keys:
        # A header that can't be sent is told as Python writes it, with escapes.
        for written in (key, repr(key)[1:-1], _line(key)):
            line = line.replace(written, "(the key)") if written else line
    return line
