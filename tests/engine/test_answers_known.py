"""What can't be a run's answers or its request is one line, before anything of the run is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine_lab import make_repository, run_offline

from mlops_agent.engine.options import RunOptions
from mlops_agent.engine.running import resume_run
from mlops_agent.engine.uncommitted import roster_note
from mlops_agent.errors import BadInputError
from mlops_agent.journal.runs import list_runs

LINK = "https://example.org/tickets/4711"
PAGING = "Page the on-call rota when the checkout API burns its error budget."


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_repository(tmp_path_factory.mktemp("answers") / "repo")


@pytest.mark.parametrize(
    ("text", "answers", "hint"),
    [
        (LINK, {"nonsense": "1"}, "its questions: content"),
        (LINK, {"contnt": "1"}, "did you mean content?"),
        (PAGING, {"nonsense": "1"}, "it asks nothing: leave the answers out"),
        (LINK, {"content": PAGING, "nonsense": "1"}, "its questions: content"),
        ("Fix PIP001", {"which": "all"}, "its questions: which-finding"),
    ],
)
def test_an_answer_to_nothing_that_a_new_run_asks(
    repo: Path, text: str, answers: dict[str, str], hint: str
) -> None:
    with pytest.raises(BadInputError, match="the run has no question") as caught:
        run_offline(repo, text, answers=answers)
    assert caught.value.hint == hint
    assert list_runs() == []


def test_a_request_that_is_too_long_leaves_no_run(repo: Path) -> None:
    with pytest.raises(BadInputError, match="more than 200 KB"):
        run_offline(repo, "a" * (200 * 1024 + 1))
    assert list_runs() == []


def test_an_answer_to_nothing_that_a_run_has_asked(repo: Path) -> None:
    asked = run_offline(repo, LINK)
    journal = Path(asked.journal)
    before = journal.read_bytes()
    with pytest.raises(BadInputError, match="no question 'nonsense'"):
        resume_run(asked.run, {"nonsense": "1"}, RunOptions())
    assert journal.read_bytes() == before


def test_a_roster_that_is_not_committed_is_told_of(tmp_path: Path) -> None:
    base, now = tmp_path / "base", tmp_path / "now"
    for folder in (base, now):
        make_files(folder, "roster: {leave-out: [qa-engineer]}\n")
    assert roster_note(now, base) == ""
    make_files(now, "roster: {leave-out: [sre-engineer]}\n")
    assert "not that of the run's base" in roster_note(now, base)
    make_files(now, "roster: {add: [{name: sre-engineer, territory: mine}]}\n")
    assert "twice" in roster_note(now, base)


def make_files(folder: Path, roster: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "mlops-agent.yaml").write_text(roster)
