"""A run that stops after its declaration shows what there is, calls none of it verified."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from engine_lab import WORKFLOW, Scripted, call, git, run_scripted, turn

from mlops_agent.cli.run_report import rendered
from mlops_agent.contracts.journal import RunEnded
from mlops_agent.contracts.report import RunResult
from mlops_agent.contracts.request import Request
from mlops_agent.drivers.base import Turn
from mlops_agent.engine.limits import Limits
from mlops_agent.engine.options import Delivery, RunOptions
from mlops_agent.engine.running import run_request
from mlops_agent.errors import BadInputError
from mlops_agent.journal.reading import read_journal
from mlops_agent.journal.runs import runs_folder
from mlops_agent.report.exhibits import Exhibits
from mlops_agent.report.rechecking import bears_out, check_run
from mlops_agent.report.rendering import text
from mlops_agent.report.unfinished import UNPROVED

pytestmark = pytest.mark.sandbox

DECLARE = turn(
    call(
        1,
        "Declare",
        boundary="pipeline",
        risk="A failing evaluation is lost.",
        files=[WORKFLOW],
        line_budget=4,
    )
)
LOOK = turn(call(2, "Bash", command=f"grep -c true {WORKFLOW}"), call("r", "Read", path=WORKFLOW))
EDIT = turn(call(3, "Edit", path=WORKFLOW, old="evaluate.py || true", new="evaluate.py"))
PROBE: dict[str, Any] = {"name": "gate", "what": "w", "arguments": ["grep", "-q", "x", "README.md"]}
TURNS = (DECLARE, LOOK, EDIT, turn(call(4, "Probe", probe=PROBE, trees=["base"])))


def stopped(repo: Path) -> RunResult:
    return run_scripted(repo, Scripted(*TURNS), limits=Limits(turns=len(TURNS)))


def test_what_there_is_stands_in_the_result(repo: Path) -> None:
    result = stopped(repo)
    assert (result.outcome, result.verified, result.boundary) == ("stopped", False, "pipeline")
    assert result.primary_risk is not None
    assert result.primary_risk.statement == "A failing evaluation is lost."
    assert result.change is not None
    assert (result.change.files, result.change.lines_added) == ([WORKFLOW], 1)
    assert "unfinished" in result.change.summary.lower()
    assert Path(result.change.patch).read_bytes().count(b"\n@@ ") == 1
    assert [(one.outcome, one.evidence) for one in result.validations] == [
        ("passed", ["probe:s4-base"]),
        ("passed", ["call:s2"]),
    ]
    assert result.problems == [
        "the run did not come to its report: the limit of 4 turns is reached",
        UNPROVED,
    ]


def test_a_person_sees_what_is_done_open_and_next(repo: Path) -> None:
    result = stopped(repo)
    folder = Path(result.journal).parent
    page = (folder / "report.md").read_text()
    for part in ("## What was done", "## What is not proved", "nothing was delivered", "call:s2"):
        assert part in page
    assert f"`mlops-agent resume {result.run} --max-turns 8`" in page
    assert f"go on: mlops-agent resume {result.run} --max-turns 8\n" in rendered(result, "text")
    told = text(result, Exhibits.of_run(folder))
    assert told.startswith("STOPPED")
    assert "not verified, not delivered" in told
    assert "probe: gate: w (probe:s4-base); red on the base tree (the fault shows)" in told


def test_a_report_that_was_refused_is_told_with_its_points(repo: Path) -> None:
    draft = {
        "boundary": "pipeline",
        "primary_risk": {"statement": "s", "why": "w", "rule": "", "evidence": []},
        "summary": "s",
        "trade_off": "t",
        "claims": [{"asserts": [{"kind": "diff"}]}],
    }
    tests = call("t", "Bash", command="python3 -m unittest -q; true")
    turns = (DECLARE, LOOK, EDIT, turn(tests), turn(call(5, "Report", **draft)))
    result = run_scripted(repo, Scripted(*turns), limits=Limits(turns=len(turns)))
    assert result.outcome == "stopped"
    at = result.problems.index("a report was handed in; 2 points were open")
    assert result.problems[at + 1] == "primary risk: it cites no evidence"
    assert "probe red on the base" in result.problems[at + 2]
    assert [one.path for one in result.validations] == ["other", "tests"]
    assert check_run(Path(result.journal).parent).problems == result.problems


def test_nothing_of_it_is_delivered(repo: Path) -> None:
    options = RunOptions(limits=Limits(turns=len(TURNS)), delivery=Delivery(branch="mended"))
    result = run_request(Request(text="Mend it."), repo, options, driver=Scripted(*TURNS))
    assert result.outcome == "stopped"
    assert git(repo, "branch", "--list", "mended") == ""


def test_a_tampered_part_shows(repo: Path) -> None:
    result = stopped(repo)
    folder = Path(result.journal).parent
    assert check_run(folder).problems == result.problems
    assert not bears_out(check_run(folder))
    data = json.loads((folder / "report.json").read_text())
    data["change"]["lines_added"] = 0
    data["validations"][0]["outcome"] = "failed"
    (folder / "report.json").write_text(json.dumps(data))
    problems = check_run(folder).problems
    assert "change: not what the run's record gives" in problems
    assert "validations: not what the run's record gives" in problems


def test_before_a_declaration_there_is_nothing_to_show(repo: Path) -> None:
    result = run_scripted(repo, Scripted(LOOK), limits=Limits(turns=1))
    assert (result.outcome, result.change, result.problems) == ("stopped", None, [])


def test_a_worktree_that_cannot_be_read_any_more_ends_in_a_report_of_what_was_seen(
    repo: Path,
) -> None:
    def spoil(_: Any) -> Turn:  # noqa: ANN401
        next(runs_folder().glob("*/worktree.index")).write_bytes(b"no index " * 20)
        return turn(call(4, "Bash", command="echo more > more.txt"))

    with pytest.raises(BadInputError, match="git ls-files failed"):
        run_scripted(repo, Scripted(DECLARE, LOOK, EDIT, spoil))
    folder = next(runs_folder().iterdir())
    result = RunResult.model_validate_json((folder / "report.json").read_bytes())
    assert result.outcome == "stopped"
    assert result.why.startswith("git ")
    assert result.change is not None
    assert result.change.files == [WORKFLOW]
    assert isinstance(read_journal(folder)[-1], RunEnded)
