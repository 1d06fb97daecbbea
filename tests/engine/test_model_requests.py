"""What goes to the endpoint and what must not: frozen prefix, cache, no secrets, no clock."""

from __future__ import annotations

import json
import os
from itertools import pairwise
from pathlib import Path

import pytest
from engine_lab import ASK, make_repository
from model_lab import ENOUGH, command, files_of, last_run, lead, run_model
from scripted_api import KEY, USAGE, Heard, Reply, ScriptedApi, says, text, use

from mlops_agent.contracts.journal import Prompted, TurnDecided
from mlops_agent.contracts.progress import PROGRESS, AnyProgress
from mlops_agent.journal.reading import read_journal

pytestmark = pytest.mark.sandbox

LOOKS = [says(text(f"I look {n}."), use("Bash", command=f"echo {n}; date +%N")) for n in range(4)]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "small", {"README.md": "A model.\n"})


def frozen(heard: Heard) -> bytes:
    """What comes before the first message, as it went over the wire, parameters included."""
    whole = heard.body
    kept = {name: whole[name] for name in whole if name not in {"messages", "diagnostics"}}
    return json.dumps(kept).encode()


def test_the_prefix_is_the_same_to_the_byte_from_turn_to_turn_and_run_to_run(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Heard] = []
    for _ in range(2):
        with ScriptedApi([*LOOKS, ENOUGH]) as api:
            lead(monkeypatch, api)
            assert run_model(small).outcome == "no-change"
            heard += api.requests
    assert len(heard) == 10
    assert len({frozen(one) for one in heard}) == 1
    assert len({json.dumps(one.messages[0]) for one in heard}) == 1
    for before, after in pairwise(heard[:5]):
        assert after.messages[: len(before.messages)] == before.messages
        assert len(after.messages) == len(before.messages) + 2


def test_a_request_asks_for_the_cache_and_nothing_of_the_moment(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedApi([*LOOKS, ENOUGH]) as api:
        lead(monkeypatch, api)
        result = run_model(small)
    first = api.requests[0]
    assert first.body["cache_control"] == {"type": "ephemeral"}
    assert [one["name"] for one in first.body["tools"]] == sorted(
        one["name"] for one in first.body["tools"]
    )
    head = json.dumps([first.body["system"], first.body["tools"], first.messages[0]])
    for volatile in (result.run, str(small), str(last_run()), os.uname().nodename):
        assert volatile not in head
    assert "diagnostics" not in first.body
    assert first.headers["anthropic-version"]


def test_why_the_cache_missed_is_asked_only_after_a_miss(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cached(reply: Reply, read: int) -> Reply:
        usage = {**USAGE, "cache_creation_input_tokens": 50, "cache_read_input_tokens": read}
        told = {"diagnostics": {"cache_miss_reason": {"type": "tools_changed"}}} if not read else {}
        return Reply(reply.content, fields={"usage": usage, **told})

    reads = [0, 50, 50, 0]
    replies = [cached(reply, read) for reply, read in zip(LOOKS, reads, strict=True)]
    with ScriptedApi([*replies, cached(ENOUGH, 50)]) as api:
        lead(monkeypatch, api)
        result = run_model(small)
    asked = [one.body.get("diagnostics") for one in api.requests]
    assert asked == [None, None, None, None, {"previous_message_id": "msg_0004"}]
    assert "tools_changed" in result.usage.cache_misses
    assert result.usage.cache_read_tokens == 150


def test_the_key_is_told_nowhere(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[AnyProgress] = []
    show = says(
        use("Bash", command="env; cat /proc/self/environ; cat /proc/1/environ | tr '\\0' '\\n'")
    )
    with ScriptedApi([show, ENOUGH]) as api:
        lead(monkeypatch, api)
        monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "token-of-mine")
        run_model(small, told=told)
    [shown] = api.requests[-1].results()
    assert "PATH=" in shown["content"]
    assert "ANTHROPIC" not in shown["content"]
    assert KEY in str(api.requests[0].headers)
    texts = [*files_of(last_run()).values(), *(PROGRESS.dump_json(one) for one in told)]
    for secret in (KEY, "token-of-mine"):
        assert not any(secret.encode() in one for one in texts)
        assert not any(secret.encode() in one.raw for one in api.requests)


def test_what_a_command_prints_has_no_key_either(small: Path, state: Path) -> None:
    with ScriptedApi([says(use("Bash", command="env")), ENOUGH]) as api:
        arguments = ["run", ASK, "--repo", str(small), "--driver", "anthropic", "-v"]
        done = command(api, state, *arguments, "--format", "jsonl")
    assert done.returncode == 8, done.stderr
    assert KEY not in done.stdout + done.stderr
    assert "ANTHROPIC_" not in done.stdout


def test_the_journal_holds_each_reply_and_the_prompt_once(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedApi([*LOOKS, ENOUGH]) as api:
        lead(monkeypatch, api)
        run_model(small)
    events = read_journal(last_run())
    [prompted] = [one for one in events if isinstance(one, Prompted)]
    assert prompted.prompt.system == api.requests[0].body["system"]
    assert prompted.prompt.tools == api.requests[0].body["tools"]
    replies = [one.reply for one in events if isinstance(one, TurnDecided)]
    assert [one.message for one in replies if one] == [f"msg_{n:04}" for n in range(1, 6)]
    assert len({one.request.system for one in replies if one}) == 1
