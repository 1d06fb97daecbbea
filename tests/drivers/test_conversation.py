"""Messages built from any history: always what endpoints accept, and never changed afterwards."""

from __future__ import annotations

import json
import re
from typing import Any, get_args

from anthropic.types import StopReason
from hypothesis import given
from hypothesis import strategies as st

from mlops_agent.contracts.journal import ToolResult
from mlops_agent.contracts.model import Digests, ModelCard, Prompt, Tokens
from mlops_agent.contracts.model import Reply as Received
from mlops_agent.drivers.anthropic.conversation import Conversation, Message
from mlops_agent.drivers.anthropic.received import kept, reply_of
from mlops_agent.drivers.anthropic.replies import turn_of
from mlops_agent.drivers.anthropic.requests import ModelRequest
from mlops_agent.drivers.anthropic.stops import NEXT, next_step
from mlops_agent.drivers.base import Exchange, Turn

DIGESTS = Digests(system="s", tools="t", parameters="p", messages="m")
WINDOW = 1000
WORD = re.compile(r"[A-Za-z0-9_-]{1,128}")

texts = st.text(max_size=20)
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.characters() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
ids = st.sampled_from(["toolu_1", "toolu_2", "toolu_t1c1", "", "a b", "ü", "x" * 200]) | any_json
block = st.one_of(
    st.builds(lambda said: {"type": "text", "text": said}, texts | st.just("  \n")),
    st.builds(lambda said: {"type": "thinking", "thinking": said, "signature": "c2ln"}, texts),
    st.just({"type": "redacted_thinking", "data": "ZGF0YQ=="}),
    st.builds(
        lambda name, tool, values: {"type": "tool_use", "id": name, "name": tool, "input": values},
        ids,
        st.sampled_from(["Read", "Bash", "Nope", "", "a b"]) | any_json,
        any_json,
    ),
    st.builds(lambda values: {"type": "tool_use", "input": values}, any_json),
)
stops = st.sampled_from([*get_args(StopReason), "", "something_new"])
usages = st.sampled_from([None, Tokens(input=10, output=5), Tokens(input=900, output=5)])


@st.composite
def histories(draw: st.DrawFn) -> list[Exchange]:
    history: list[Exchange] = []
    for number in range(1, draw(st.integers(0, 6)) + 1):
        reply = Received(
            model="m",
            message=f"msg_{number}",
            stop_reason=draw(stops),
            content=kept(draw(st.lists(block, max_size=5))),
            tokens=draw(usages),
            request=DIGESTS,
        )
        turn = turn_of(reply, number, 1000)
        # A call that ends the run leaves those after it unmade.
        made = turn.calls[: draw(st.integers(0, 5))]
        results = [
            ToolResult(call=call.id, tool=call.tool, ok=draw(st.booleans()), text=draw(texts))
            for call in made
        ]
        history.append(Exchange(turn, tuple(results)))
    return history


def messages_of(history: list[Exchange], *, stepwise: bool) -> tuple[list[Message], str]:
    conversation = Conversation("The request.", WINDOW)
    if stepwise:
        for end in range(1, len(history) + 1):
            before = json.dumps(conversation.messages)
            count = len(conversation.messages)
            conversation.extend(history[:end])
            assert json.dumps(conversation.messages[:count]) == before
    conversation.extend(history)
    return conversation.messages, conversation.digest()


@given(histories())
def test_endpoints_accept_what_is_built_from_any_history(history: list[Exchange]) -> None:
    messages, _ = messages_of(history, stepwise=False)
    json.dumps(messages, allow_nan=False).encode()
    assert messages[0]["role"] == "user"
    seen: set[str] = set()
    waiting: list[str] = []
    for message in messages:
        content = message["content"]
        assert content
        answered = [one["tool_use_id"] for one in content if one["type"] == "tool_result"]
        assert answered == waiting
        # Results come first in their message.
        assert [one["type"] for one in content[: len(answered)]] == ["tool_result"] * len(answered)
        waiting = check_said(content, seen) if message["role"] == "assistant" else []
    assert waiting == []


def check_said(content: list[dict[str, Any]], seen: set[str]) -> list[str]:
    """Check the blocks of a model's message; the ids of its calls."""
    names: list[str] = []
    for one in content:
        if one["type"] == "text":
            assert one["text"].strip()
        if one["type"] == "tool_use":
            assert isinstance(one["input"], dict)
            assert WORD.fullmatch(one["id"])
            assert WORD.fullmatch(one["name"])
            names.append(one["id"])
    assert content[-1]["type"] in {"text", "tool_use"}
    assert not seen & set(names)
    assert len(set(names)) == len(names)
    seen.update(names)
    return names


@given(histories())
def test_step_by_step_is_the_same_as_at_once(history: list[Exchange]) -> None:
    assert messages_of(history, stepwise=True) == messages_of(history, stepwise=False)


@given(histories())
def test_the_journal_keeps_all_of_it(history: list[Exchange]) -> None:
    replies = [one.turn.reply for one in history if one.turn.reply]
    again = [Received.model_validate_json(reply.model_dump_json()) for reply in replies]
    assert again == replies
    for number, (reply, exchange) in enumerate(zip(again, history, strict=True), 1):
        assert turn_of(reply, number, 1000) == exchange.turn


@given(st.lists(block, max_size=5), stops, any_json, any_json)
def test_whatever_comes_as_a_message_is_read(
    content: list[Any], stop: str, usage: object, aside: object
) -> None:
    sent = {"id": "m", "model": "m", "content": content, "stop_reason": stop, "usage": usage}
    reply = reply_of({**sent, "diagnostics": aside, "stop_details": aside}, ModelCard(), DIGESTS, 1)
    assert Received.model_validate_json(reply.model_dump_json()) == reply
    json.dumps(reply.content, allow_nan=False).encode()


def test_every_stop_reason_of_the_sdk_has_one_next_step() -> None:
    assert set(NEXT) == set(get_args(StopReason))
    steps = {"act", "ask", "cut", "wait", "refused", "full"}
    assert set(NEXT.values()) == steps


def test_a_reason_that_nobody_knows_is_acted_on() -> None:
    assert next_step("something_new") == "act"


def reply(*content: dict[str, Any], stop: str = "tool_use", prompt: int = 10) -> Received:
    tokens = Tokens(input=prompt, output=5)
    return Received(
        model="m", message="m", stop_reason=stop, content=list(content), tokens=tokens,
        request=DIGESTS,
    )  # fmt: skip


def done(*replies: Received) -> list[Exchange]:
    turns = [turn_of(one, number, 1000) for number, one in enumerate(replies, 1)]
    return [Exchange(turn, tuple(good(c.id, c.tool) for c in turn.calls)) for turn in turns]


def good(name: str, tool: str) -> ToolResult:
    return ToolResult(call=name, tool=tool, ok=True, text="")


def call(name: str, tool: str = "Read") -> dict[str, Any]:
    return {"type": "tool_use", "id": name, "name": tool, "input": {"path": "a"}}


def test_an_id_that_was_there_gets_another_one() -> None:
    taken = call("toolu_t2c1")
    history = done(reply(call("a"), call("a"), taken), reply(call("a"), call("b")))
    messages, _ = messages_of(history, stepwise=False)
    said = [one["id"] for message in messages[1::2] for one in message["content"]]
    assert said == ["a", "toolu_t1c2", "toolu_t2c1", "toolu_t2c1x", "b"]
    assert [c.id for one in history for c in one.turn.calls] == [
        "t1c1", "t1c2", "t1c3", "t2c1", "t2c2",
    ]  # fmt: skip


def test_thoughts_before_a_call_go_back_as_they_came() -> None:
    thought = {"type": "thinking", "thinking": " Hm\n", "signature": "EqQB+/=="}
    hidden = {"type": "redacted_thinking", "data": "ZGF0YQ=="}
    messages, _ = messages_of(done(reply(thought, hidden, call("a"))), stepwise=False)
    assert messages[1]["content"][:2] == [thought, hidden]


def test_a_thought_alone_is_answered_but_not_sent_back() -> None:
    thought = {"type": "thinking", "thinking": "Hm", "signature": ""}
    messages, _ = messages_of(done(reply(thought, stop="max_tokens")), stepwise=False)
    assert [message["role"] for message in messages] == ["user", "user"]
    assert "token limit" in messages[1]["content"][0]["text"]


def test_a_filling_window_asks_for_the_end() -> None:
    for prompt, asked in ((690, False), (700, True)):
        messages, _ = messages_of(done(reply(call("a"), prompt=prompt)), stepwise=False)
        assert [one["type"] for one in messages[-1]["content"]] == [
            "tool_result",
            *["text"] * asked,
        ]
    assert "Come to an end now" in messages[-1]["content"][-1]["text"]


def parameters(*stops: str, most: int | None = 128_000) -> int:
    replies = [reply({"type": "text", "text": "x"}, stop=stop) for stop in stops]
    history = done(*replies)
    conversation = Conversation("The request.", WINDOW)
    conversation.extend(history)
    prompt = Prompt(system="s", tools=[], parameters={"max_tokens": 16_000}, first="f")
    card = ModelCard(most_reply=most)
    return ModelRequest.following(prompt, conversation, history, card).body()["max_tokens"]


def test_a_cut_reply_is_asked_for_again_with_twice_the_tokens() -> None:
    assert parameters() == 16_000
    assert parameters("max_tokens") == 32_000
    assert parameters("max_tokens", "max_tokens") == 64_000
    assert parameters(*["max_tokens"] * 9) == 128_000
    assert parameters("max_tokens", "tool_use") == 16_000
    assert parameters("max_tokens", most=None) == 16_000


def test_a_turn_that_no_model_decided_is_told_as_if_one_had() -> None:
    history = [Exchange(Turn("Noted.", ()), ())]
    messages, _ = messages_of(history, stepwise=False)
    assert messages[1] == {"role": "assistant", "content": [{"type": "text", "text": "Noted."}]}
