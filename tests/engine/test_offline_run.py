"""A request run offline from beginning to end on a real repository."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine_lab import FILES, WORKFLOW, git, journal_of, make_repository, patch_of, run_offline

from mlops_agent.contracts.change import ProbeRun
from mlops_agent.contracts.journal import Probed, RunEnded
from mlops_agent.contracts.report import RunResult
from mlops_agent.errors import BadInputError
from mlops_agent.journal.runs import list_runs

pytestmark = pytest.mark.sandbox


def probes(result: RunResult) -> list[ProbeRun]:
    return [event.result for event in journal_of(result) if isinstance(event, Probed)]


def test_the_planted_fault_is_gone_and_proved(repo: Path) -> None:
    result = run_offline(repo)
    assert result.outcome == "report"
    assert result.verified, (result.problems, result.claims)
    assert result.boundary == "pipeline"
    assert result.change is not None
    assert result.change.files == [WORKFLOW]
    assert (result.change.lines_added, result.change.lines_removed) == (1, 1)
    assert result.change.droppable_hunks == 0
    assert "-        run: python src/evaluate.py || true" in patch_of(result)
    assert [(run.tree, run.colour) for run in probes(result)] == [
        ("base", "red"),
        ("proposed", "green"),
    ]
    ended = journal_of(result)[-1]
    assert isinstance(ended, RunEnded)
    assert ended.outcome == "report"


def test_the_users_repository_is_as_before(repo: Path) -> None:
    (repo / "README.md").write_text("Uncommitted.\n")
    (repo / "notes.txt").write_text("Untracked.\n")
    git(repo, "stash", "list")
    before = {path: path.read_bytes() for path in sorted(repo.rglob("*")) if path.is_file()}
    result = run_offline(repo)
    after = {path: path.read_bytes() for path in sorted(repo.rglob("*")) if path.is_file()}
    assert after == before
    assert result.base.left_out == ["README.md", "notes.txt"]
    assert result.verified


def test_the_patch_applies_to_the_repository(repo: Path) -> None:
    result = run_offline(repo)
    assert result.change is not None
    git(repo, "apply", result.change.patch)
    assert "|| true" not in (repo / WORKFLOW).read_text()


def test_two_runs_propose_the_same_tree(repo: Path) -> None:
    ends = [journal_of(run_offline(repo))[-1] for _ in range(2)]
    trees = {end.proposed_tree for end in ends if isinstance(end, RunEnded)}
    assert len(trees) == 1


def test_a_follow_up_is_taken_as_the_next_request(tmp_path: Path) -> None:
    second = FILES[WORKFLOW].replace("name: train\n", "name: weekly\n", 1)
    repo = make_repository(tmp_path / "two", {**FILES, ".github/workflows/weekly.yml": second})
    first = run_offline(repo, f"Fix PIP001 in {WORKFLOW}")
    assert first.verified, first.why
    follow_up = next(one.follow_up for one in first.residual_risks if "weekly.yml" in one.follow_up)
    next_run = run_offline(repo, follow_up)
    assert next_run.verified, next_run.why
    assert next_run.change is not None
    assert next_run.change.files == [".github/workflows/weekly.yml"]


def test_a_tie_is_a_question_and_an_answer_settles_it(tmp_path: Path) -> None:
    second = FILES[WORKFLOW].replace("name: train\n", "name: weekly\n", 1)
    repo = make_repository(tmp_path / "tie", {**FILES, ".github/workflows/weekly.yml": second})
    asked = run_offline(repo, "Fix PIP001")
    assert asked.outcome == "questions"
    [question] = asked.questions
    assert question.options[-1] == "all"
    answered = run_offline(repo, "Fix PIP001", answers={question.id: question.options[1]})
    assert answered.verified
    assert answered.change is not None
    assert answered.change.files == [".github/workflows/weekly.yml"]
    both = run_offline(repo, "Fix PIP001", answers={question.id: "all"})
    assert both.change is not None
    assert len(both.change.files) == 2
    assert both.verified, both.problems


def test_an_answer_that_is_no_option_is_asked_again(tmp_path: Path) -> None:
    second = FILES[WORKFLOW].replace("name: train\n", "name: weekly\n", 1)
    repo = make_repository(tmp_path / "tie", {**FILES, ".github/workflows/weekly.yml": second})
    asked = run_offline(repo, "Fix PIP001", answers={"which-finding": "the second one"})
    assert asked.outcome == "questions"
    assert "'the second one'" in asked.why


def test_a_request_that_fits_nothing_changes_nothing(repo: Path) -> None:
    result = run_offline(repo, "Write a model card for the churn model.")
    assert result.outcome == "no-change"
    assert result.change is None
    assert "PIP001" in {finding.rule for finding in result.found}
    assert patch_of(result) == ""


def test_the_callers_paths_are_held(repo: Path) -> None:
    result = run_offline(repo, allowed_paths=["src/**"])
    assert result.outcome == "no-change"
    assert f"{WORKFLOW} is outside the caller's allowed paths" in result.why


def test_the_callers_boundary_is_held(repo: Path) -> None:
    result = run_offline(repo, boundary="registry")
    assert result.outcome == "no-change"
    assert "the caller's boundary is registry" in result.why


def test_the_callers_line_budget_is_held(repo: Path) -> None:
    result = run_offline(repo, line_budget=1)
    assert result.outcome == "no-change"
    assert "line budget is 1" in result.why


def test_an_older_base_is_worked_on(repo: Path) -> None:
    (repo / WORKFLOW).write_text(FILES[WORKFLOW].replace(" || true", ""))
    git(repo, "commit", "-aqm", "mended by hand")
    assert run_offline(repo).outcome == "no-change"
    assert run_offline(repo, base="HEAD~1").verified


def test_a_base_that_is_no_commit_makes_no_run(repo: Path) -> None:
    with pytest.raises(BadInputError, match="not a commit"):
        run_offline(repo, base="v99")
    assert list_runs() == []


def test_odd_names_come_through(tmp_path: Path) -> None:
    odd = ".github/workflows/näch tlich $(x) 'q'.yml"
    files = {name: text for name, text in FILES.items() if name != WORKFLOW}
    repo = make_repository(tmp_path / "odd", {**files, odd: FILES[WORKFLOW]})
    result = run_offline(repo)
    assert result.verified, (result.why, result.problems, result.claims)
    assert result.change is not None
    assert result.change.files == [odd]


def test_a_mistake_in_the_settings_is_said_and_the_run_kept(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "bad", {**FILES, "mlops-agent.yaml": "selct: [PIP]\n"})
    with pytest.raises(BadInputError, match="unknown key selct"):
        run_offline(repo)
    [run] = list_runs()
    assert run.outcome == "stopped"
    assert (run.folder / "report.json").is_file()
    assert not (repo / ".git" / "worktrees").exists()
