"""Declared scope, held at each edit and on the final diff, by whatever way it was written."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine_lab import ASK, LEAVE, WORKFLOW, Scripted, call, run_scripted, turn
from hypothesis import given
from hypothesis import strategies as st

from mlops_agent.contracts.change import Declaration
from mlops_agent.contracts.journal import ToolCall
from mlops_agent.contracts.request import Request
from mlops_agent.engine.scope import OutOfScopeError, Scope

OLD = "python src/evaluate.py || true"
NEW = "python src/evaluate.py"


def declare(number: int, *files: str, budget: int = 2, **fields: str) -> ToolCall:
    values = {"boundary": "pipeline", "risk": "a lost failure", **fields}
    return call(number, "Declare", files=list(files), line_budget=budget, **values)


def edit(number: int, path: str = WORKFLOW, old: str = OLD, new: str = NEW) -> ToolCall:
    return call(number, "Edit", path=path, old=old, new=new)


def read(number: int, path: str = WORKFLOW) -> ToolCall:
    return call(number, "Read", path=path)


def outcome(repo: Path, *calls: ToolCall, request: Request | None = None) -> list[str]:
    """Run the calls, a turn each, and return "" for each that was good, else its text."""
    driver = Scripted(*(turn(one) for one in calls), LEAVE)
    run_scripted(repo, driver, request)
    return ["" if result.ok else result.text for result in driver.results()[: len(calls)]]


@pytest.mark.sandbox
class TestEdits:
    """Edits within one run."""

    def test_an_edit_needs_a_declaration(self, repo: Path) -> None:
        assert "nothing is declared" in outcome(repo, read(1), edit(2))[1]

    def test_a_new_file_needs_one_too(self, repo: Path) -> None:
        written = outcome(repo, call(1, "Write", path="new.txt", content="x"))
        assert "nothing is declared" in written[0]

    def test_a_declared_edit_is_made(self, repo: Path) -> None:
        assert outcome(repo, declare(1, WORKFLOW), read(2), edit(3)) == ["", "", ""]

    def test_another_file_is_refused_and_named(self, repo: Path) -> None:
        told = outcome(
            repo, declare(1, WORKFLOW), read(2, "README.md"), edit(3, "README.md", "A", "The")
        )
        assert told[2].startswith("README.md is not declared")

    def test_the_budget_counts_what_was_changed_before(self, repo: Path) -> None:
        more = edit(4, WORKFLOW, "name: train", "name: nightly")
        told = outcome(repo, declare(1, WORKFLOW, budget=2), read(2), edit(3), more)
        assert told[:3] == ["", "", ""]
        assert "over the budget of 2" in told[3]

    def test_widening_needs_a_reason(self, repo: Path) -> None:
        told = outcome(
            repo,
            declare(1, WORKFLOW),
            declare(2, WORKFLOW, "README.md"),
            declare(3, WORKFLOW, "README.md", reason="the README shows the command"),
            read(4, "README.md"),
            edit(5, "README.md", "A", "The"),
        )
        assert "needs a reason" in told[1]
        assert told[2:] == ["", "", ""]

    def test_a_second_boundary_is_refused(self, repo: Path) -> None:
        told = outcome(
            repo, declare(1, WORKFLOW), declare(2, WORKFLOW, boundary="registry", reason="also")
        )
        assert "keeps to one boundary" in told[1]

    def test_the_callers_word_lets_it_grow(self, repo: Path) -> None:
        wide = Request(text=ASK, allow_rearchitecture=True)
        told = outcome(
            repo,
            declare(1, WORKFLOW),
            declare(2, WORKFLOW, boundary="registry", reason="asked for"),
            request=wide,
        )
        assert told == ["", ""]

    def test_bash_writes_past_the_declaration_and_the_report_says_so(self, repo: Path) -> None:
        report = {
            "boundary": "pipeline",
            "primary_risk": {"statement": "lost", "why": "bad", "rule": "", "evidence": ["diff"]},
            "summary": "mended",
            "trade_off": "none",
            "claims": [
                {
                    "text": f"`{OLD}` stood in {WORKFLOW}",
                    "evidence": [f"line:{WORKFLOW}:13"],
                    "asserts": [{"kind": "line", "path": WORKFLOW, "line": 13, "text": OLD}],
                }
            ],
        }
        tries = [turn(call(f"r{n}", "Report", **report)) for n in range(3)]
        driver = Scripted(
            turn(declare(1, WORKFLOW)),
            turn(read(2)),
            turn(edit(3)),
            turn(call(4, "Bash", command="echo sneaky > src/extra.py; echo x >> README.md")),
            *tries,
        )
        result = run_scripted(repo, driver)
        assert result.outcome == "report"
        assert not result.verified
        told = "\n".join(result.problems)
        assert "src/extra.py was changed outside the declaration" in told
        assert "README.md was changed outside the declaration" in told
        refused = [one for one in driver.results() if one.tool == "Report" and not one.ok]
        assert len(refused) == 2
        assert "src/extra.py" in refused[0].text


def scope(request: Request | None = None, lines: int = 0) -> Scope:
    return Scope(request or Request(text="x"), lambda _path: lines)


def declaration(*files: str, budget: int = 10, reason: str = "") -> Declaration:
    return Declaration(
        boundary="pipeline", risk="r", files=list(files), line_budget=budget, reason=reason
    )


def test_every_fault_of_a_declaration_is_named_at_once() -> None:
    bounds = Request(text="x", boundary="monitor", allowed_paths=["src/**"], line_budget=3)
    with pytest.raises(OutOfScopeError) as caught:
        scope(bounds).accept(declaration("README.md", "src/a.py"))
    told = str(caught.value)
    assert "README.md is outside" in told
    assert "src/a.py" not in told
    assert "boundary is monitor" in told
    assert "budget is 3" in told


def test_the_same_declaration_again_is_not_a_new_one() -> None:
    held = scope()
    assert held.accept(declaration("a"))
    assert not held.accept(declaration("a"))
    assert len(held.declarations) == 1


def test_a_narrower_declaration_needs_no_reason() -> None:
    held = scope()
    held.accept(declaration("a", "b"))
    assert held.accept(declaration("a", budget=3))


@given(
    budget=st.integers(1, 50), before=st.integers(0, 60), added=st.integers(0, 60),
    removed=st.integers(0, 60),
)  # fmt: skip
def test_no_edit_goes_over_the_budget(budget: int, before: int, added: int, removed: int) -> None:
    held = scope(lines=before)
    held.accept(declaration("a", budget=budget))
    fits = before + added + removed <= budget
    try:
        held.allow_edit("a", added, removed)
    except OutOfScopeError:
        assert not fits
    else:
        assert fits
