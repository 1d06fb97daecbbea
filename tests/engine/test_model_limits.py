"""Model and limit of a run: from the command line, kept by resume, given anew for all of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from engine_lab import ASK
from model_lab import ENOUGH, command, last_run
from scripted_api import USAGE, Reply, ScriptedApi, use

from mlops_agent.contracts.journal import Prompted, Resumed, RunStarted
from mlops_agent.contracts.report import RunResult
from mlops_agent.journal.reading import read_journal

pytestmark = pytest.mark.sandbox
# 100,000 tokens of opus at 4 USD a million.
DEAR = Reply([use("Glob", pattern="*")], fields={"usage": {**USAGE, "input_tokens": 100_000}})


def test_a_limit_of_dollars_stops_and_is_raised_for_the_whole_run(repo: Path, state: Path) -> None:
    run = ("run", ASK, "--repo", str(repo), "--driver", "anthropic", "--format", "jsonl")
    with ScriptedApi([DEAR, DEAR, ENOUGH]) as api:
        stopped = command(api, state, *run, "--max-usd", "0.3")
        assert stopped.returncode == 6, stopped.stderr
        events = [json.loads(line) for line in stopped.stdout.splitlines()]
        assert (events[0]["model"], events[0]["max_usd"]) == ("claude-opus-5-5", 0.3)
        assert events[1]["usd"] == pytest.approx(0.4004)
        assert "the limit of 0.3 USD is reached" in events[-1]["result"]["why"]
        name = last_run().name
        again = command(api, state, "resume", name)
        assert (again.returncode, len(api.requests)) == (6, 1)
        more = command(api, state, "resume", name, "--max-usd", "0.5", "--format", "json")
        assert (more.returncode, len(api.requests)) == (6, 2)
        assert RunResult.from_json(more.stdout).usage.usd == pytest.approx(0.8008)
        done = command(api, state, "resume", name, "--max-usd", "2", "--model", "haiku")
        assert done.returncode == 8, done.stderr
    assert [heard.body["model"] for heard in api.requests] == [
        "claude-opus-5-5", "claude-opus-5-5", "claude-haiku-5-5",
    ]  # fmt: skip
    journal = read_journal(last_run())
    assert isinstance(journal[0], RunStarted)
    assert [one.max_usd for one in journal if isinstance(one, Resumed)] == [0.3, 0.5, 2.0]
    asked = [one.prompt.parameters["model"] for one in journal if isinstance(one, Prompted)]
    assert asked == ["claude-opus-5-5", "claude-haiku-5-5"]
    assert command(api, state, "check", last_run().name).returncode == 0


def test_the_configuration_says_model_and_limit(repo: Path, state: Path, tmp_path: Path) -> None:
    file = tmp_path / "config" / "mlops-agent" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(
        'driver = "anthropic"\nmodel = "mine"\nmax_usd = 0.1\n'
        "[models.mine]\ninput = 1\noutput = 1\n"
    )
    with ScriptedApi([DEAR, ENOUGH]) as api:
        home = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
        done = command(api, state, "run", ASK, "--repo", str(repo), **home)
    assert done.returncode == 6, done.stderr
    assert f"driver anthropic, model mine (named in {file})" in done.stderr
    assert [heard.body["model"] for heard in api.requests] == ["mine"]
