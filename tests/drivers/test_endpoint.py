"""The endpoint over real HTTP: each way it can fail as one line, and replies as they come."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest
from scripted_api import (
    KEY,
    UNTOLD,
    USAGE,
    Answer,
    Closed,
    Failure,
    Raw,
    Reply,
    ScriptedApi,
    says,
    text,
    thinking,
    use,
)

from mlops_agent.contracts.model import Digests, ModelCard, Price, Tokens
from mlops_agent.contracts.model import Reply as Received
from mlops_agent.drivers.anthropic.endpoint import UNSTREAMED, Endpoint
from mlops_agent.errors import LimitReachedError, MlopsAgentError

DIGESTS = Digests(system="s", tools="t", parameters="p", messages="m")
PRICED = ModelCard(prices=[Price(input=1, output=1, cache_read=1, cache_write=1)])
GOOD = says(text("Fine."), use("Glob", pattern="*"))
STREAMED = UNSTREAMED + 1
AFTER_RETRIES = 2

UNREAD = "the endpoint's answer can't be read: "
NO_MESSAGE = UNREAD + "it is no message of the Messages API"
FAILURES: dict[str, tuple[Answer, str, int, int]] = {
    "401": (Failure(401, "authentication_error", "invalid x-api-key"),
            "the endpoint does not take the credentials: invalid x-api-key", 9, 1),
    "403": (Failure(403, "permission_error", "not yours"),
            "the credentials may not use a-model: not yours", 9, 1),
    "404": (Failure(404, "not_found_error", "model: a-model"),
            "the endpoint has no model a-model: model: a-model", 9, 1),
    "413": (Failure(413, "request_too_large", "too large"),
            "the request has outgrown what the endpoint takes: too large", 6, 1),
    "too long": (Failure(400, "invalid_request_error", "prompt is too long: 2 > 1"),
                 "the request has outgrown what the endpoint takes: prompt is too long", 6, 1),
    "400": (Failure(400, "invalid_request_error", "messages: odd"),
            "the endpoint answers 400: messages: odd", 9, 1),
    "429": (Failure(429, "rate_limit_error", "slow down"),
            "the endpoint's rate limit holds after all retries: slow down", 9, AFTER_RETRIES),
    "500": (Failure(500, "api_error", "broken"),
            "the endpoint answers 500: broken", 9, AFTER_RETRIES),
    "502 with a page": (Failure(502, "api_error", "<html>\x1b[31m\n bad\tgateway</html>"),
                        "the endpoint answers 502: <html> [31m bad gateway</html>", 9,
                        AFTER_RETRIES),
    "529": (Failure(529, "overloaded_error", "busy"),
            "the endpoint is overloaded after all retries: busy", 9, AFTER_RETRIES),
    "late": (Closed(1.0), "the endpoint did not answer in time", 9, AFTER_RETRIES),
    "closed": (Closed(), "no connection to the endpoint: ", 9, AFTER_RETRIES),
    "half of JSON": (Raw(b'{"content": ['), UNREAD, 9, 1),
    "a page": (Raw(b"<html>Sign in</html>", "text/html"), NO_MESSAGE, 9, 1),
    "a page as JSON": (Raw(b"<html>Sign in</html>"), UNREAD, 9, 1),
    "a list": (Raw(b"[1, 2]"), NO_MESSAGE, 9, 1),
    "a number": (Raw(b"7"), NO_MESSAGE, 9, 1),
    "null": (Raw(b"null"), NO_MESSAGE, 9, 1),
    "nothing": (Raw(b""), UNREAD, 9, 1),
    "another API's": (Raw(b'{"choices": [{"message": {"content": "x"}}]}'), NO_MESSAGE, 9, 1),
    "text for content": (Reply((), fields={"content": "hello"}), NO_MESSAGE, 9, 1),
    "null for content": (Reply((), fields={"content": None}), NO_MESSAGE, 9, 1),
    "strings for blocks": (Reply(["hello"]), NO_MESSAGE, 9, 1),
    "null for a block": (Reply([None]), NO_MESSAGE, 9, 1),
    "a number for stop": (Reply((), fields={"stop_reason": 3}), NO_MESSAGE, 9, 1),
    "not UTF-8": (Raw(b'{"content": "\xff\xfe"}'), UNREAD, 9, 1),
    "without end": (Raw(b"[" * 200_000 + b"]" * 200_000), UNREAD, 9, 1),
}  # fmt: skip


def body(tokens: int = 1000, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    said = [{"role": "user", "content": "hello"}]
    whole = {"model": "a-model", "max_tokens": tokens, "messages": said, **more}
    return {"system": "s", "tools": [], **whole}


def send(
    monkeypatch: pytest.MonkeyPatch,
    api: ScriptedApi,
    tokens: int = 1000,
    card: ModelCard = PRICED,
    seconds: float = 5.0,
    retries: int = 1,
) -> Received:
    for name, value in api.environment.items():
        monkeypatch.setenv(name, value)
    return Endpoint(retries, seconds).send(body(tokens), card, DIGESTS)


@pytest.mark.parametrize("name", FAILURES)
def test_each_failure_is_one_line_with_its_exit_code(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, line, code, sent = FAILURES[name]
    with ScriptedApi([answer]) as api, pytest.raises(MlopsAgentError) as raised:
        send(monkeypatch, api, seconds=0.4 if name == "late" else 5.0)
    told = str(raised.value)
    assert told.startswith(line)
    assert told.isprintable()
    assert raised.value.exit_code == code
    assert len(api.requests) == sent


@pytest.mark.parametrize("name", ["401", "429", "413", "a page", "nothing", "closed"])
def test_a_streamed_request_fails_the_same_way(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answer, line, code, sent = FAILURES[name]
    expected = UNREAD if line == NO_MESSAGE else line
    with ScriptedApi([answer]) as api, pytest.raises(MlopsAgentError) as raised:
        send(monkeypatch, api, STREAMED)
    assert str(raised.value).startswith(expected)
    assert raised.value.exit_code == code
    assert len(api.requests) == sent


@pytest.mark.parametrize("tokens", [1000, STREAMED])
def test_what_passes_is_tried_again(tokens: int, monkeypatch: pytest.MonkeyPatch) -> None:
    busy = [Failure(429, "rate_limit_error"), Failure(529, "overloaded_error"), Failure(500)]
    with ScriptedApi([*busy, GOOD]) as api:
        reply = send(monkeypatch, api, tokens, retries=3)
    assert reply.content == list(GOOD.content)
    assert len({heard.raw for heard in api.requests}) == 1
    assert len(api.requests) == 4


def test_the_endpoint_says_how_long_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    later = Failure(429, "rate_limit_error", headers={"retry-after": "1"})
    with ScriptedApi([later, GOOD]) as api:
        send(monkeypatch, api)
    first, second = api.requests
    assert second.at - first.at >= 1


def test_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("ANTHROPIC_BASE_URL", f"http://127.0.0.1:{free.getsockname()[1]}")
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        with pytest.raises(MlopsAgentError, match="no connection to the endpoint") as raised:
            Endpoint(retries=0).send(body(), PRICED, DIGESTS)
    assert raised.value.exit_code == 9


@pytest.mark.parametrize(
    "address", ["not an address", "ftp://127.0.0.1/", "http://", "http://[::1"]
)
def test_an_address_that_is_none(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", address)
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    with pytest.raises(MlopsAgentError, match="no connection to the endpoint"):
        Endpoint(retries=0).send(body(), PRICED, DIGESTS)


def test_without_credentials_nothing_is_sent(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("nobody")))
    with ScriptedApi([GOOD]) as api:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", api.environment["ANTHROPIC_BASE_URL"])
        monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
        monkeypatch.delenv("ANTHROPIC_AUTH_TOKEN", raising=False)
        with pytest.raises(MlopsAgentError, match="there are no credentials") as raised:
            Endpoint(retries=0).send(body(), PRICED, DIGESTS)
    assert "ANTHROPIC_API_KEY" in raised.value.hint
    assert api.requests == []


@pytest.mark.parametrize("key", [KEY, "sk-ant-bad\nkey", "sk-ant-\x07key"])
def test_the_key_is_never_told(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    echoed = Failure(401, "authentication_error", f"invalid x-api-key: {key}")
    with ScriptedApi([echoed]) as api:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", api.environment["ANTHROPIC_BASE_URL"])
        monkeypatch.setenv("ANTHROPIC_API_KEY", key)
        with pytest.raises(MlopsAgentError) as raised:
            Endpoint(retries=0).send(body(), PRICED, DIGESTS)
    assert "(the key)" in str(raised.value)
    assert "sk-ant" not in str(raised.value)


@pytest.mark.parametrize("ends", [False, True], ids=["cut", "ended"])
@pytest.mark.parametrize("events", [0, 1, 3, 5, 7, 8])
def test_a_stream_that_breaks_off_is_no_reply(
    events: int, ends: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Reply(GOOD.content, events=events, ends=ends)
    with ScriptedApi([broken]) as api, pytest.raises(MlopsAgentError) as raised:
        send(monkeypatch, api, STREAMED)
    assert raised.value.exit_code == 9
    assert api.requests[0].body["stream"] is True
    said = "its stream" if ends else "no connection to the endpoint: peer closed"
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("sent", "line"),
    [
        (b'{"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}',
         "the endpoint broke its answer off: busy"),
        (b'{"type": "message_start"', UNREAD),
        (b'{"type": "message_start"}', UNREAD),
        (b"[1]", UNREAD),
        (b'{"type": "content_block_delta", "index": 9, "delta": {}}', UNREAD),
    ],
)  # fmt: skip
def test_a_stream_of_something_else(
    sent: bytes, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = b"error" if b'"error"' in sent else b"message_start"
    raw = Raw(b"event: " + kind + b"\ndata: " + sent + b"\n\n", "text/event-stream")
    with ScriptedApi([raw]) as api, pytest.raises(MlopsAgentError) as raised:
        send(monkeypatch, api, STREAMED)
    assert str(raised.value).startswith(line)


def test_a_stream_comes_to_the_same_as_a_plain_reply(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = says(thinking("Hm.", "EqQB+/="), text("So."), use("Read", path="a"), use("Glob"))
    replies: list[Received] = []
    for tokens in (1000, STREAMED):
        with ScriptedApi([whole]) as api:
            replies.append(send(monkeypatch, api, tokens))
    plain, streamed = (reply.model_copy(update={"seconds": 0.0}) for reply in replies)
    assert plain == streamed
    assert plain.content == list(whole.content)


@pytest.mark.parametrize("tokens", [1000, STREAMED])
def test_two_megabytes_of_text_come_whole(tokens: int, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "ä word " * 250_000
    with ScriptedApi([says(text(said))]) as api:
        assert send(monkeypatch, api, tokens).content == [text(said)]


@pytest.mark.parametrize(
    "usage",
    [
        UNTOLD["usage"],
        None,
        {},
        {"input_tokens": None, "output_tokens": None},
        {"input_tokens": 5},
        {"input_tokens": -1, "output_tokens": 2},
        {"input_tokens": "many", "output_tokens": 2},
        [],
        7,
    ],
    ids=str,
)
def test_usage_that_is_not_told_is_unknown(usage: object, monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedApi([Reply([text("x")], fields={"usage": usage})]) as api:
        reply = send(monkeypatch, api)
    assert reply.tokens is None
    assert reply.usd is None


def test_cache_counts_may_be_null(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = {**USAGE, "cache_creation_input_tokens": None, "cache_read_input_tokens": 7}
    with ScriptedApi([Reply([text("x")], fields={"usage": usage})]) as api:
        reply = send(monkeypatch, api)
    assert reply.tokens == Tokens(input=100, output=20, cache_read=7)
    assert reply.usd == pytest.approx(127 / 1_000_000)


def test_odd_asides_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = {"id": ..., "model": ..., "stop_reason": None, "stop_details": "x", "diagnostics": [1]}
    with ScriptedApi([Reply([text("x")], fields=odd)]) as api:
        reply = send(monkeypatch, api)
    assert (reply.message, reply.model, reply.stop_reason) == ("", "", "")
    assert (reply.stop_detail, reply.cache_miss) == ("", "")


def test_a_refusal_and_a_missed_cache_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {
        "stop_details": {"type": "refusal", "category": "cyber"},
        "diagnostics": {"cache_miss_reason": {"type": "tools_changed"}},
    }
    with ScriptedApi([Reply([text("No.")], "refusal", told)]) as api:
        reply = send(monkeypatch, api)
    assert (reply.stop_reason, reply.stop_detail) == ("refusal", "cyber")
    assert reply.cache_miss == "tools_changed"


def nested(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(depth):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    "given",
    [{"x": "a\ud800b"}, {"a\udc00": 1}, {"x": nested(100)}, {"x": nested(900)},
     {"x": "a\0b"}, {"x": float("nan")}, {"x": 10**400}],
    ids=["surrogate", "in a name", "deep", "deeper", "NUL", "NaN", "huge"],
)  # fmt: skip
def test_arguments_that_no_journal_can_hold_are_made_so_that_it_can(
    given: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    block = {"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": given}
    with ScriptedApi([says(block)]) as api:
        reply = send(monkeypatch, api)
    again = Received.model_validate_json(reply.model_dump_json())
    assert again == reply
    json.dumps(reply.content, allow_nan=False).encode()
    assert reply.content[0]["id"] == "toolu_1"


def test_tokens_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedApi([GOOD], counted=4321) as api:
        for name, value in api.environment.items():
            monkeypatch.setenv(name, value)
        cached = {"cache_control": {"type": "ephemeral"}}
        assert Endpoint().count(body(**cached)) == 4321
    [counted] = api.counts
    assert set(counted.body) == {"model", "system", "tools", "messages"}


def test_a_limit_is_told_apart_from_a_failure() -> None:
    assert FAILURES["413"][2] == LimitReachedError.exit_code
