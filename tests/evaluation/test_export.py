"""Runs as ATIF v1.7: held to a closed model of the format, and nothing lost that has a place."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from forked_commands import run_forked
from pydantic import ValidationError
from strict_atif import Trajectory

from mlops_agent.contracts.journal import AnyEvent, CallFinished, TurnDecided
from mlops_agent.contracts.model import Tokens
from mlops_agent.evaluation.exporting import trajectory
from mlops_agent.journal.reading import read_journal

TRANSCRIPTS = Path(__file__).resolve().parents[2] / "evals" / "transcripts"
NAMES = sorted(folder.name for folder in TRANSCRIPTS.iterdir() if folder.is_dir())


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return run_forked("eval", "export", *arguments)


def exported(events: list[AnyEvent]) -> Trajectory:
    return Trajectory.model_validate_json(trajectory(events).to_json())


@pytest.mark.parametrize("name", NAMES)
def test_every_transcript_fits_the_format(name: str) -> None:
    events = read_journal(TRANSCRIPTS / name)
    told = exported(events)
    turns = [event for event in events if isinstance(event, TurnDecided)]
    acted = [step for step in told.steps if step.source == "agent"]
    assert [step.message for step in acted] == [turn.text for turn in turns]
    assert told.final_metrics is not None
    assert told.final_metrics.total_steps == len(told.steps)


def test_a_models_run_keeps_tools_tokens_and_stop_reasons() -> None:
    told = exported(read_journal(TRANSCRIPTS / "churn-scripted"))
    assert [step.source for step in told.steps[:3]] == ["system", "user", "agent"]
    assert told.agent.tool_definitions is not None
    assert "Bash" in {tool["function"]["name"] for tool in told.agent.tool_definitions}
    step = told.steps[2]
    assert (step.llm_call_count, step.model_name) == (1, told.agent.model_name)
    assert step.metrics is not None
    assert (step.metrics.prompt_tokens, step.metrics.completion_tokens) == (900, 20)
    assert step.extra is not None
    assert step.extra["stop_reason"] == "tool_use"


def test_results_stand_with_their_calls_exit_codes_and_errors() -> None:
    events = read_journal(TRANSCRIPTS / "churn-offline")
    results = {
        event.result.call: event.result for event in events if isinstance(event, CallFinished)
    }
    seen = 0
    for step in exported(events).steps:
        for one in step.observation.results if step.observation else ():
            result = results[str(one.source_call_id)]
            assert one.content == result.text
            assert one.extra is not None
            assert one.extra["is_error"] is not result.ok
            assert one.extra.get("exit_code") == result.exit_code
            assert one.extra["seconds"] == result.seconds
            seen += 1
    assert seen == len(results)


def test_where_rules_decided_there_are_no_metrics() -> None:
    told = exported(read_journal(TRANSCRIPTS / "churn-offline"))
    assert {step.llm_call_count for step in told.steps if step.source == "agent"} == {0}
    assert told.final_metrics is not None
    assert told.final_metrics.total_cost_usd is None


def test_thoughts_and_unknown_tokens_are_told_as_such() -> None:
    thinking = {"type": "thinking", "thinking": "Which alias?", "signature": "x"}
    events: list[AnyEvent] = []
    for event in read_journal(TRANSCRIPTS / "churn-scripted"):
        if isinstance(event, TurnDecided) and event.reply is not None and event.turn < 3:
            tokens = None if event.turn == 2 else Tokens(input=5, output=1, cache_read=7)
            content = [thinking, *event.reply.content]
            reply = event.reply.model_copy(update={"content": content, "tokens": tokens})
            events.append(event.model_copy(update={"reply": reply}))
            continue
        events.append(event)
    told = exported(events)
    assert told.steps[2].reasoning_content == "Which alias?"
    assert told.steps[2].metrics is not None
    assert (told.steps[2].metrics.prompt_tokens, told.steps[2].metrics.cached_tokens) == (12, 7)
    assert told.steps[3].metrics is not None
    assert told.steps[3].metrics.prompt_tokens is None
    assert told.final_metrics is not None
    assert told.final_metrics.total_prompt_tokens is None


def test_the_command_writes_it_and_says_what_is_missing(tmp_path: Path) -> None:
    journal = TRANSCRIPTS / "churn-offline" / "journal.jsonl"
    done = command(str(journal), "--format", "atif", "--output", str(tmp_path / "out.json"))
    assert done.returncode == 0, done.stderr
    Trajectory.model_validate_json((tmp_path / "out.json").read_text())
    printed = json.loads(command(str(journal.parent)).stdout)
    assert printed["schema_version"] == "ATIF-v1.7"
    missing = command("20010101-000000-abcd")
    assert (missing.returncode, "no run" in missing.stderr) == (2, True)
    unwritable = command(str(journal), "--output", str(tmp_path / "no" / "out.json"))
    assert (unwritable.returncode, "cannot write" in unwritable.stderr) == (2, True)


def test_the_model_of_the_format_is_strict() -> None:
    document = json.loads(trajectory(read_journal(TRANSCRIPTS / "churn-offline")).to_json())
    document["steps"][1]["step_id"] = 7
    with pytest.raises(ValidationError):
        Trajectory.model_validate(document)
    document["steps"][1]["step_id"] = 2
    document["steps"][1]["exit_code"] = 0
    with pytest.raises(ValidationError):
        Trajectory.model_validate(document)
