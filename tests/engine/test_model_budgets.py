"""Budgets of a run with a model: dollars, turns, minutes, tool seconds; across sittings."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine_lab import ASK, make_repository
from model_lab import ENOUGH, UNPRICED, command, last_run, lead, resume_last, run_model
from scripted_api import UNTOLD, USAGE, Heard, Reply, ScriptedApi, by_results, says, use

from mlops_agent.contracts.journal import CallStarted
from mlops_agent.contracts.report import RunResult
from mlops_agent.engine.limits import Limits
from mlops_agent.journal.reading import read_journal

pytestmark = pytest.mark.sandbox

A_DOLLAR = {**USAGE, "input_tokens": 250_000, "output_tokens": 0}
"""What costs one dollar where a million tokens of input cost four."""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "small", {"README.md": "A model.\n"})


def costly(number: int) -> Reply:
    return Reply([use("Bash", command=f"echo {number} >> log.txt")], fields={"usage": A_DOLLAR})


def calls_made() -> int:
    return sum(isinstance(one, CallStarted) for one in read_journal(last_run()))


def test_dollars_are_checked_before_each_request(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedApi(by_results([costly(1), costly(2), costly(3), ENOUGH])) as api:
        lead(monkeypatch, api)
        stopped = run_model(small, Limits(usd=2.5))
        assert (stopped.outcome, len(api.requests)) == ("stopped", 3)
        assert stopped.why == "the limit of 2.5 USD is reached (3.00 spent)"
        assert stopped.usage.usd == pytest.approx(3)
        # The third reply was over the limit, so what it called for was not done.
        assert calls_made() == 2
        assert "+2" in (last_run() / "change.patch").read_text()
        again = resume_last(Limits(usd=2.5))
        assert (again.outcome, len(api.requests)) == ("stopped", 3)
        done = resume_last(Limits(usd=10))
    assert done.outcome == "no-change", done.why
    assert done.usage.usd == pytest.approx(3, abs=0.1)
    assert calls_made() == 4
    assert len(api.requests) == 4


def test_earlier_sittings_count(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replies = [costly(number) for number in range(9)]
    with ScriptedApi(by_results(replies)) as api:
        lead(monkeypatch, api)
        run_model(small, Limits(usd=2))
        assert len(api.requests) == 2
        stopped = resume_last(Limits(usd=4))
    assert stopped.outcome == "stopped"
    assert stopped.usage.usd == pytest.approx(4)
    assert len(api.requests) == 4
    assert stopped.usage.turns == 4


@pytest.mark.parametrize("usage", [UNTOLD["usage"], None, {"output_tokens": 3}], ids=str)
def test_a_priced_run_stops_where_usage_is_not_told(
    small: Path, monkeypatch: pytest.MonkeyPatch, usage: object
) -> None:
    untold = Reply([use("Bash", command="echo x > x.txt")], fields={"usage": usage})
    with ScriptedApi([untold, ENOUGH]) as api:
        lead(monkeypatch, api)
        stopped = run_model(small, Limits(usd=5))
    assert (stopped.outcome, len(api.requests)) == ("stopped", 1)
    assert "did not tell what a reply took" in stopped.why
    assert stopped.usage.usd is None


def test_an_unpriced_model_goes_on_with_an_unknown_cost(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedApi([costly(1), ENOUGH]) as api:
        lead(monkeypatch, api)
        result = run_model(small, model=UNPRICED)
    assert result.outcome == "no-change"
    assert result.usage.usd is None
    assert result.usage.input_tokens == 250_100
    assert api.requests[0].body["model"] == "local-model"
    assert "thinking" not in api.requests[0].body


def test_turns_are_a_budget_across_sittings(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedApi(by_results([costly(1), costly(2), costly(3), ENOUGH])) as api:
        lead(monkeypatch, api)
        stopped = run_model(small, Limits(turns=2))
        assert (stopped.why, len(api.requests)) == ("the limit of 2 turns is reached", 2)
        assert resume_last(Limits(turns=3)).outcome == "stopped"
        assert len(api.requests) == 3
        assert resume_last(Limits(turns=9)).outcome == "no-change"
    assert calls_made() == 4


def test_minutes_are_checked_before_each_tool(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(heard: Heard) -> Reply:
        return says(*(use("Bash", command=f"sleep 0.3; echo {n}") for n in range(12)))

    with ScriptedApi(slow) as api:
        lead(monkeypatch, api)
        stopped = run_model(small, Limits(minutes=0.04))
    assert stopped.why == "the limit of 0.04 minutes is reached"
    assert calls_made() < 12
    assert len(api.requests) == 1
    with ScriptedApi([ENOUGH]) as healthy:
        lead(monkeypatch, healthy)
        done = resume_last()
    assert done.outcome == "no-change", done.why
    [request] = healthy.requests
    assert len(request.results()) == 12


def test_tool_seconds_are_a_budget(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replies = [says(use("Bash", command=f"sleep 0.3; echo {number}")) for number in range(9)]
    with ScriptedApi(by_results(replies)) as api:
        lead(monkeypatch, api)
        stopped = run_model(small, Limits(tool_seconds=0.5))
        assert stopped.why == (
            "tools took the 0.5 seconds they may take in one run; no option raises that, so resume "
            "would stop here again"
        )
        assert calls_made() in (1, 2)
        before = len(api.requests)
        assert resume_last(Limits(tool_seconds=0.5)).outcome == "stopped"
        assert len(api.requests) == before


def test_a_limit_is_exit_6_says_what_was_spent_and_resume_goes_on(small: Path, state: Path) -> None:
    with ScriptedApi(by_results([costly(1), costly(2), ENOUGH])) as api:
        arguments = ("run", ASK, "--repo", str(small), "--driver", "anthropic", "--max-usd", "2")
        stopped = command(api, state, *arguments)
        assert stopped.returncode == 6, stopped.stderr
        assert "the limit of 2 USD is reached (2.00 spent)" in stopped.stdout
        assert "mlops-agent resume " in stopped.stdout
        [run] = (state / "mlops-agent" / "runs").iterdir()
        done = command(api, state, "resume", run.name, "--max-usd", "5", "--format", "json")
    assert done.returncode == 8, done.stderr
    assert RunResult.from_json(done.stdout).usage.usd == pytest.approx(2, abs=0.1)
