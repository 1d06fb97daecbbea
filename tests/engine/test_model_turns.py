"""Odd replies in real runs: each is answered so that the model can mend it, or ends the run."""

from __future__ import annotations

import itertools
import time
from pathlib import Path
from typing import Any

import pytest
from engine_lab import make_repository
from model_lab import ENOUGH, last_run, lead, run_model
from scripted_api import (
    UNTOLD,
    USAGE,
    Answer,
    Failure,
    Heard,
    Reply,
    ScriptedApi,
    blocks_of,
    says,
    text,
    thinking,
    use,
)

from mlops_agent.contracts.journal import CallFinished, CallStarted, ToolResult
from mlops_agent.contracts.report import RunResult
from mlops_agent.drivers.anthropic.endpoint import Endpoint
from mlops_agent.journal.reading import read_journal

pytestmark = pytest.mark.sandbox


@pytest.fixture
def small(tmp_path: Path) -> Path:
    files = {f"f{number}.txt": f"file {number}\n" for number in range(40)}
    return make_repository(tmp_path / "small", {**files, "README.md": "A model.\n"})


@pytest.fixture
def asked(small: Path, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401  see Ask
    def ask(*answers: Answer, **options: Any) -> tuple[RunResult, list[Heard]]:  # noqa: ANN401
        with ScriptedApi(answers) as api:
            lead(monkeypatch, api)
            return run_model(small, **options), api.requests

    return ask


def results() -> list[ToolResult]:
    return [one.result for one in read_journal(last_run()) if isinstance(one, CallFinished)]


def order() -> str:
    """An s for each call that started and an f for each that finished."""
    kinds = {CallStarted: "s", CallFinished: "f"}
    return "".join(kinds.get(type(one), "") for one in read_journal(last_run()))


def look(number: int) -> Reply:
    return says(use("Read", path=f"f{number}.txt"))


def said_last(heard: Heard) -> str:
    return "\n".join(
        one["text"] if one["type"] == "text" else one["content"]
        for one in heard.messages[-1]["content"]
    )


def test_replies_that_call_nothing_are_asked_to(asked: Any) -> None:  # noqa: ANN401
    result, heard = asked(
        says(),
        says(thinking("Hm.")),
        look(1),
        says(text("I am done.")),
        says(text("Really."), stop="stop_sequence"),
        look(2),
        says(text("\n ")),
        ENOUGH,
    )
    assert result.outcome == "no-change", result.why
    for number in (1, 2, 4, 5, 7):
        assert "You made no call" in said_last(heard[number]), number
    assert result.usage.turns == 8


@pytest.mark.parametrize(
    "bad",
    [
        says(),
        says(text("I am done.")),
        says(use("Nope")),
        says(use("Read", file="x")),
        says(stop="pause_turn"),
        says(thinking("Hm."), text(" "), stop="pause_turn"),
        says(text("A moment."), use("Nope"), stop="pause_turn"),
    ],
    ids=[
        "empty",
        "end_turn",
        "unknown tool",
        "wrong input",
        "empty pause",
        "pause in thought",
        "pause with a wrong call",
    ],
)
def test_three_turns_in_a_row_that_can_not_be_used_end_the_run(asked: Any, bad: Reply) -> None:  # noqa: ANN401
    result, heard = asked(bad, bad, look(1), bad, bad, bad, ENOUGH)
    assert result.outcome == "stopped"
    assert result.why.startswith("the driver made 3 turns that can't be used: ")
    assert len(heard) == 6
    assert len({one.raw for one in heard}) == 6  # no request is paid for twice


def test_wrong_calls_are_told_what_is_wrong(asked: Any) -> None:  # noqa: ANN401
    values = {"Read": "README.md", "Grep": ["x"], "Glob": 7, "Edit": None, "Bash": True}
    result, heard = asked(
        says(*({**use(tool), "input": value} for tool, value in values.items())),
        look(1),
        says(use("Serch", pattern="x"), use("Edit", path=7, old="a"), use("Bash", command="")),
        look(2),
        says(
            use("Bash", command="echo a\0b"),
            use("Read", path="f1\0.txt"),
            use("Grep", pattern="\0"),
        ),
        look(3),
        says(use("Bash", command="echo '\ud800'"), use("Write", path="\udcff", content="x")),
        look(4),
        says({**use("Bash"), "input": {"command": nested(300)}}),
        ENOUGH,
    )
    assert result.outcome == "no-change", result.why
    no_object = said_last(heard[1])
    assert no_object.count("is no JSON object") == 5
    for message in heard[-1].messages:
        for one in message["content"]:
            assert one["type"] != "tool_use" or isinstance(one["input"], dict)
    told = said_last(heard[3])
    assert "there is no tool 'Serch'; the tools are: Ask, Bash" in told
    assert "- path: Input should be a valid string" in told
    assert "- command: String should have at least 1 character" in told
    assert not any(one.ok for one in results() if one.call in {"t5c1", "t5c2", "t7c2", "t9c1"})
    assert all(one["is_error"] for one in heard[5].messages[-1]["content"][:2])


NUL = use("Grep", pattern="\0")


def nested(depth: int) -> object:
    value: object = "x"
    for _ in range(depth):
        value = [value]
    return value


def test_a_call_that_was_cut_is_not_made(asked: Any) -> None:  # noqa: ANN401
    cut = says(
        text("I write."),
        use("Read", path="f1.txt"),
        use("Bash", command="echo half > half.txt"),
        stop="max_tokens",
    )
    result, heard = asked(cut, says(use("Bash", command="ls half.txt")), ENOUGH)
    assert result.outcome == "no-change"
    whole, half, listed = results()[:3]
    assert whole.ok
    assert "reached its limit of 16000 tokens in the middle of this call" in half.text
    assert "No such file" in listed.text
    assert [one.body["max_tokens"] for one in heard] == [16_000, 32_000, 16_000]
    assert [one.body.get("stream", False) for one in heard] == [False, True, False]
    assert "smaller steps" in said_last(heard[1])


def test_ids_that_come_twice_get_their_own(asked: Any) -> None:  # noqa: ANN401
    same = {**use("Read", path="f1.txt"), "id": "toolu_same"}
    other = {**same, "input": {"path": "f2.txt"}}
    result, heard = asked(says(same, other), says(other), ENOUGH)
    assert result.outcome == "no-change"
    last = heard[-1]
    uses = [one["id"] for one in last.uses()]
    assert uses == ["toolu_same", "toolu_t1c2", "toolu_t2c1"]
    assert [one["tool_use_id"] for one in last.results()] == uses
    contents = [one["content"] for one in last.results()]
    assert [text.split("\n")[0] for text in contents] == ["[t1c1]", "[t1c2]", "[t2c1]"]
    assert ["file 2" in text for text in contents] == [False, True, True]


def test_forty_calls_that_read_run_side_by_side_in_order(asked: Any) -> None:  # noqa: ANN401
    forty = says(*(use("Read", path=f"f{number}.txt") for number in range(40)))
    result, heard = asked(forty, ENOUGH)
    assert result.outcome == "no-change"
    contents = [one["content"] for one in heard[-1].results()]
    assert all(text.split()[-1] == str(number) for number, text in enumerate(contents))
    kinds = [
        type(one) for one in read_journal(last_run()) if isinstance(one, CallStarted | CallFinished)
    ]
    assert kinds[:80] == [CallStarted] * 40 + [CallFinished] * 40


def test_forty_mixed_calls_keep_writing_calls_apart(asked: Any) -> None:  # noqa: ANN401
    calls = [
        use("Bash", command=f"echo {number} > now.txt")
        if number % 10 == 0
        else use("Grep", pattern=f"^{number // 10 * 10}$|never {number}")
        for number in range(40)
    ]
    result, _ = asked(says(*calls), ENOUGH)
    assert result.outcome == "no-change"
    ran = results()
    assert all(one.ok for one in ran), [one.text for one in ran if not one.ok]
    assert all("now.txt" in one.text for one in ran[:40] if one.tool == "Grep")
    assert order() == ("sf" + "s" * 9 + "f" * 9) * 4 + "sf"


def test_a_reason_to_stop_that_is_new_is_acted_on(asked: Any) -> None:  # noqa: ANN401
    new = says(use("Read", path="f1.txt"), stop="something_new")
    result, _ = asked(new, ENOUGH)
    assert result.outcome == "no-change"
    assert results()[0].ok


def test_a_paused_turn_goes_on_without_a_word_from_us(asked: Any) -> None:  # noqa: ANN401
    paused = says(text("A moment."), stop="pause_turn")
    result, heard = asked(paused, paused, paused, paused, ENOUGH)
    assert result.outcome == "no-change", result.why
    assert [message["role"] for message in heard[2].messages] == ["user", "assistant", "assistant"]


def test_a_refusal_ends_the_run_as_declined(asked: Any) -> None:  # noqa: ANN401
    no = Reply(
        [text("I can't.")], "refusal", {"stop_details": {"type": "refusal", "category": "cyber"}}
    )
    result, heard = asked(no)
    assert (result.outcome, result.why) == ("declined", "the model refused to go on (cyber)")
    assert len(heard) == 1


def test_a_refusal_after_an_edit_tells_what_was_changed(asked: Any) -> None:  # noqa: ANN401
    no = says(text("No."), use("Bash", command="touch late.txt"), stop="refusal")
    result, heard = asked(says(use("Bash", command="echo changed > f1.txt")), no)
    assert result.outcome == "declined"
    assert len(heard) == 2
    assert "+changed" in (last_run() / "change.patch").read_text()
    assert "late.txt" not in (last_run() / "change.patch").read_text()
    assert "refused" in (last_run() / "report.md").read_text()


def test_a_refusal_after_empty_replies_is_still_a_refusal(asked: Any) -> None:  # noqa: ANN401
    result, heard = asked(says(), says(), says(text("No."), stop="refusal"))
    assert (result.outcome, result.why) == ("declined", "the model refused to go on")
    assert len(heard) == 3


def test_a_full_window_ends_the_run_with_what_there_is(asked: Any) -> None:  # noqa: ANN401
    full = says(text("So"), use("Bash", command="touch late"), stop="model_context_window_exceeded")
    result, heard = asked(says(use("Bash", command="echo changed > f1.txt")), full)
    assert (result.outcome, result.why) == ("stopped", "the model's context window is full")
    assert len(heard) == 2
    assert "+changed" in (last_run() / "change.patch").read_text()


def test_a_window_that_fills_up_asks_for_the_end(asked: Any) -> None:  # noqa: ANN401
    usage = {**USAGE, "cache_read_input_tokens": 700_000}
    result, heard = asked(Reply(look(1).content, fields={"usage": usage}), look(2), ENOUGH)
    assert result.outcome == "no-change"
    assert "More than two thirds of the context window" in said_last(heard[1])
    assert "More than two thirds" not in said_last(heard[2]).split("\n", 1)[1]


def test_a_request_that_will_not_fit_is_counted_and_not_sent(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = {**USAGE, "input_tokens": 990_000}
    with ScriptedApi([Reply(look(1).content, fields={"usage": usage})], counted=1_000_001) as api:
        lead(monkeypatch, api)
        result = run_model(small)
    assert (result.outcome, len(api.requests), len(api.counts)) == ("stopped", 1, 1)
    assert "would not fit" in result.why


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_request_is_sent_where_the_endpoint_counts_none(
    status: int, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = Reply(look(1).content, fields={"usage": {**USAGE, "input_tokens": 990_000}})
    with ScriptedApi([large, ENOUGH], counted=Failure(status)) as api:
        lead(monkeypatch, api)
        result = run_model(small, endpoint=Endpoint(retries=0))
    assert (result.outcome, len(api.requests), len(api.counts)) == ("no-change", 2, 1)


def test_two_megabytes_of_text_pass(asked: Any) -> None:  # noqa: ANN401
    said = "word " * 400_000
    begun = time.monotonic()
    result, heard = asked(says(text(said), use("Read", path="f1.txt")), ENOUGH)
    assert result.outcome == "no-change"
    assert heard[1].messages[1]["content"][0]["text"] == said
    assert time.monotonic() - begun < 20


def test_usage_that_is_not_told_stays_unknown(asked: Any) -> None:  # noqa: ANN401
    result, _ = asked(Reply(look(1).content, fields=UNTOLD), ENOUGH)
    assert result.outcome == "no-change"
    assert (result.usage.usd, result.usage.input_tokens) == (None, None)


def test_the_same_call_in_other_words_is_nudged_then_stopped(asked: Any) -> None:  # noqa: ANN401
    turns = [
        says(thinking(f"Thought {number}."), text(f"Words {number}."), use("Read", path="f1.txt"))
        for number in range(9)
    ]
    result, heard = asked(*turns)
    assert result.outcome == "stopped"
    assert result.why == "the driver repeats Read and learns nothing new"
    assert len(heard) == 5
    nudged = ["the same call gave the same result" in one["content"] for one in heard[-1].results()]
    assert nudged == [False, False, True, True]


def test_calls_alike_in_one_turn_are_one_step(asked: Any) -> None:  # noqa: ANN401
    same = says(*(use("Read", path="f1.txt") for _ in range(6)))
    result, heard = asked(same, look(2), same, ENOUGH)
    assert result.outcome == "no-change", result.why
    assert not any("gave the same result" in one["content"] for one in heard[-1].results())
    result, heard = asked(same)
    assert (result.outcome, len(heard)) == ("stopped", 5)


def test_going_to_and_fro_in_other_words_is_stopped(asked: Any) -> None:  # noqa: ANN401
    turns = [
        says(text(f"Words {n}."), thinking(f"{n}"), use("Glob", pattern=f"f{n % 2}*"))
        for n in range(9)
    ]
    polls = [says(use("Bash", command="date +%N > t; cat t")) for _ in range(7)]
    result, heard = asked(*turns)
    assert result.outcome == "stopped"
    assert len(heard) == 6
    assert asked(*polls, ENOUGH)[0].outcome == "no-change"


def test_what_was_said_is_not_changed_afterwards(asked: Any) -> None:  # noqa: ANN401
    thought = thinking('Überlegung \\ "q" \n', "EqQBCkYIBRgC+/==")
    result, heard = asked(
        says(thought, text("One."), use("Read", path="f1.txt")),
        says(),
        says(thought, use("Bash", command="echo '<&\u2028>'")),
        ENOUGH,
    )
    assert result.outcome == "no-change"
    for before, after in itertools.pairwise(heard):
        assert after.messages[: len(before.messages)] == before.messages
    sent_back = [one for one in blocks_of(heard[-1].messages) if one["type"] == "thinking"]
    assert sent_back == [thought, thought]
