"""A run begins with whose work the request is: others' is packed and left, ours is done."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine_lab import ASK, FILES, git, journal_of, make_repository, run_offline

from mlops_agent.cli.run_report import exit_code, rendered
from mlops_agent.contracts.handoff import OURS
from mlops_agent.contracts.journal import HandedOff, Routed, TurnDecided
from mlops_agent.contracts.report import RunResult
from mlops_agent.engine.options import RunOptions
from mlops_agent.engine.running import resume_run
from mlops_agent.errors import BadInputError
from mlops_agent.exit_codes import ExitCode
from mlops_agent.report.checker import check_report
from mlops_agent.report.evidence import Evidence

PAGING = "Page the on-call rota when the checkout API burns its error budget."
BACKFILL = "Backfill the orders table in Snowflake from the CDC stream."


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repo")


def problems(result: RunResult) -> list[str]:
    folder = Path(result.journal).parent
    return check_report(result, Evidence.of_run(folder)).problems


def test_others_work_is_handed_off_before_the_driver_begins(repo: Path) -> None:
    result = run_offline(repo, PAGING)
    assert (result.outcome, exit_code(result)) == ("handoff", ExitCode.HANDED_OFF)
    (packet,) = result.handoffs
    assert packet.receiver == "sre-engineer"
    assert [one.text for one in packet.spans] == [PAGING.removesuffix(".")]
    kinds = [type(event) for event in journal_of(result)]
    assert TurnDecided not in kinds
    assert kinds.index(HandedOff) < kinds.index(Routed)
    assert problems(result) == []
    assert git(repo, "status", "--porcelain") == ""
    message = Path(result.journal).parent / "handoffs" / "1-sre-engineer.md"
    assert PAGING in message.read_text()
    assert "sre-engineer" in rendered(result, "text")


def test_a_packet_of_a_run_carries_lines_of_the_base_tree_that_its_check_verifies(
    repo: Path,
) -> None:
    result = run_offline(repo, "Review the IAM permissions of the deploy role.")
    assert [one.receiver for one in result.handoffs] == ["security-engineer"]
    verified = [one for one in result.handoffs[0].facts if one.verified]
    assert verified
    for fact in verified:
        _, path, number = fact.evidence[0].split(":")
        line = (repo / path).read_text().splitlines()[int(number) - 1]
        assert line.strip() in fact.claim
    assert problems(result) == []


def test_a_split_does_our_part_and_packs_the_rest(repo: Path) -> None:
    result = run_offline(repo, f"{ASK} {BACKFILL}")
    assert result.outcome == "report"
    assert result.verified, result.problems
    assert exit_code(result) == ExitCode.DONE
    assert result.routing is not None
    assert set(result.routing.targets) == {OURS, "data-engineer"}
    assert [one.receiver for one in result.handoffs] == ["data-engineer"]
    assert result.change is not None
    assert result.change.files == [".github/workflows/train.yml"]


def test_nobodys_work_is_declined(repo: Path) -> None:
    result = run_offline(repo, "Write a poem about the autumn in Lisbon.")
    assert (result.outcome, exit_code(result)) == ("declined", ExitCode.NO_CHANGE)
    assert result.why
    assert result.handoffs == []


def test_a_mere_link_is_asked_about_and_an_answer_goes_on(repo: Path) -> None:
    asked = run_offline(repo, "https://example.org/tickets/4711")
    assert (asked.outcome, exit_code(asked)) == ("questions", ExitCode.QUESTIONS)
    assert TurnDecided not in [type(event) for event in journal_of(asked)]
    answers = {asked.questions[0].id: ASK}
    result = resume_run(asked.run, answers, RunOptions())
    assert result.outcome == "report"
    assert result.verified, result.problems


def test_an_answer_can_show_that_it_is_somebody_elses(repo: Path) -> None:
    asked = run_offline(repo, "https://example.org/tickets/4711")
    result = resume_run(asked.run, {asked.questions[0].id: PAGING}, RunOptions())
    assert result.outcome == "handoff"
    assert [one.receiver for one in result.handoffs] == ["sre-engineer"]
    assert problems(result) == []


def test_what_neither_words_nor_findings_settle_is_asked(repo: Path) -> None:
    result = run_offline(repo, "Same as last time please.")
    assert (result.outcome, exit_code(result)) == ("questions", ExitCode.QUESTIONS)
    assert result.questions
    assert git(repo, "status", "--porcelain") == ""


def test_the_repositorys_roster_counts(tmp_path: Path) -> None:
    roster = "roster:\n  add:\n    - name: devops-platform-engineer\n"
    repo = make_repository(tmp_path / "repo", {**FILES, "mlops-agent.yaml": roster})
    result = run_offline(repo, "Import the drifted VPC into the Terraform state.")
    assert [one.receiver for one in result.handoffs] == ["devops-platform-engineer"]


def test_a_roster_with_a_name_twice_is_one_line(tmp_path: Path) -> None:
    roster = "roster:\n  add:\n    - {name: sre-engineer, territory: mine}\n"
    repo = make_repository(tmp_path / "repo", {**FILES, "mlops-agent.yaml": roster})
    with pytest.raises(BadInputError, match="twice"):
        run_offline(repo, PAGING)
