"""What a report rests on runs again on clean checkouts before the report is called verified."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from engine_lab import WORKFLOW, Scripted, call, journal_of, run_scripted, turn

from mlops_agent.contracts.journal import Reran
from mlops_agent.contracts.progress import AnyProgress, Noted
from mlops_agent.contracts.report import RunResult
from mlops_agent.contracts.request import Request
from mlops_agent.drivers.base import Exchange, Turn
from mlops_agent.engine.options import RunOptions
from mlops_agent.engine.running import run_request
from mlops_agent.report.rechecking import check_run

pytestmark = pytest.mark.sandbox

DECLARE = turn(
    call(1, "Declare", boundary="pipeline", risk="r", files=[WORKFLOW], line_budget=8),
    call("r", "Read", path=WORKFLOW),
)
PROBE: dict[str, Any] = {
    "name": "gate",
    "what": "w",
    "arguments": ["bash", "-c", f"! grep -q '|| true' {WORKFLOW}"],
}
RED = turn(call(2, "Probe", probe=PROBE, trees=["base"]))
EDIT = turn(call(3, "Edit", path=WORKFLOW, old="evaluate.py || true", new="evaluate.py"))
GREEN = turn(call(5, "Probe", probe=PROBE, trees=["proposed"]))
TURNED: dict[str, Any] = {
    "text": "The probe `gate` is red on the base tree and green on the proposed tree.",
    "evidence": ["probe:s2-base", "probe:s5-proposed"],
    "asserts": [
        {"kind": "probe", "probe": "gate", "base_run": "s2-base", "proposed_run": "s5-proposed"}
    ],
}


def ran(command: str, quotes: Sequence[str] = (), covers: Sequence[str] = ()) -> dict[str, Any]:
    """A claim on the command of call 4."""
    fields = {"call": "s4", "command": command, "exit_code": 0}
    asserted = {"kind": "command", **fields, "quotes": list(quotes), "covers": list(covers)}
    return {
        "text": f"`{command}` exits with code 0.",
        "evidence": ["call:s4"],
        "asserts": [asserted],
    }


def report(number: int, *claims: dict[str, Any]) -> Turn:
    place = f"line:{WORKFLOW}:13"
    risk = {"statement": f"{WORKFLOW}:13 holds `|| true`", "why": "It goes on.", "rule": ""}
    return turn(
        call(
            number,
            "Report",
            boundary="pipeline",
            primary_risk={**risk, "evidence": [place]},
            summary="Let a failing evaluation stop the job.",
            trade_off="A flaky evaluation stops it too.",
            claims=[TURNED, *claims],
        )
    )


def reruns(result: RunResult) -> list[Reran]:
    return [event for event in journal_of(result) if isinstance(event, Reran)]


def test_a_quote_that_changes_each_time_is_sent_back(repo: Path) -> None:
    command = "date +%s.%N"

    def quoting(history: Sequence[Exchange]) -> Turn:
        (clock,) = history[3].results
        return report(6, ran(command, [clock.text.strip()]))

    look = turn(call(4, "Bash", command=command))
    driver = Scripted(DECLARE, RED, EDIT, look, GREEN, quoting, report(7, ran(command)))
    result = run_scripted(repo, driver)
    refused = driver.results()[-2]
    assert not refused.ok
    assert "run again, call s4 does not print" in refused.text
    assert "quote a part that stays the same" in refused.text
    assert result.verified, result.problems
    first, second = reruns(result)
    assert (first.commands, first.probes, len(first.problems)) == (1, 2, 1)
    assert (second.call, second.problems) == ("s7", [])


def test_what_still_differs_goes_out_marked_and_check_alone_shows_it(repo: Path) -> None:
    look = turn(call(4, "Bash", command="stat -c %i README.md"))

    def quoting(history: Sequence[Exchange]) -> Turn:
        (told,) = history[3].results
        return report(6 + len(history), ran("stat -c %i README.md", [told.text.strip()]))

    result = run_scripted(repo, Scripted(DECLARE, RED, EDIT, look, GREEN, quoting))
    assert (result.outcome, result.verified) == ("report", False)
    bad = [one for one in result.claims if not one.verified]
    assert [one.text for one in bad] == ["`stat -c %i README.md` exits with code 0."]
    checked = check_run(Path(result.journal).parent)
    assert not checked.verified
    assert checked.claims == result.claims


def test_a_command_is_run_on_the_tree_that_it_saw(repo: Path) -> None:
    rest = "run: python src/promote.py"
    command = "git diff --exit-code README.md"
    early = turn(call(4, "Bash", command=command))
    more = turn(call("e", "Edit", path=WORKFLOW, old=rest, new=rest + " --checked"))
    claim = ran(command, covers=["README.md"])
    result = run_scripted(repo, Scripted(DECLARE, RED, EDIT, early, more, GREEN, report(6, claim)))
    assert result.verified, (result.problems, result.claims)
    (again,) = reruns(result)
    assert (again.commands, again.probes, again.problems) == (1, 2, [])


def test_running_it_again_is_told_and_a_diff_needs_no_numbers(repo: Path) -> None:
    told: list[str] = []

    def watch(event: AnyProgress, /) -> None:
        if isinstance(event, Noted):
            told.append(event.text)

    claim: dict[str, Any] = {"asserts": [{"kind": "diff"}]}
    driver = Scripted(DECLARE, RED, EDIT, GREEN, report(6, claim))
    result = run_request(Request(text="Mend it."), repo, RunOptions(), watch, driver=driver)
    assert result.verified, (result.problems, result.claims)
    assert told == ["  running 2 commands and probes again on clean checkouts"]
    assert result.claims[1].text == (
        f"The change adds 1 line and removes 1 line, in {WORKFLOW} and in no other file."
    )
