"""The sentence that an assertion makes by itself is taken, and any other word is still doubted."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_truths import Plan, true_run

from mlops_agent.contracts.report import Absent, Assertion, Claim, CommandRan, LineSays, RunResult
from mlops_agent.report.checker import check_claims
from mlops_agent.report.evidence import Evidence
from mlops_agent.report.freshness import ran_on_base
from mlops_agent.report.wording import sentence_of


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Evidence, RunResult]:
    folder, result = true_run(tmp_path_factory.mktemp("wording"))
    return Evidence.of_run(folder), result


def test_each_kind_of_assertion_is_put_into_words_that_hold(
    whole: tuple[Evidence, RunResult],
) -> None:
    evidence, result = whole
    early = ran_on_base(evidence)
    worded = [
        claim.model_copy(update={"text": _sentence(one, early)})
        for claim in result.claims
        for one in claim.asserts
        if one.kind != "list"
    ]
    checked = check_claims(worded, evidence)
    assert [one.problem for one in checked] == [""] * len(worded)
    kinds = {claim.asserts[0].kind for claim in result.claims}
    union, _ = get_args(Assertion)
    assert kinds == {one.model_fields["kind"].default for one in get_args(union)}


def _sentence(assertion: Assertion, early: frozenset[str]) -> str:
    ran = isinstance(assertion, CommandRan)
    return sentence_of(assertion, before=ran and assertion.call in early)


def test_words_beside_the_sentence_are_doubted(whole: tuple[Evidence, RunResult]) -> None:
    evidence, result = whole
    for claim in result.claims:
        told = sentence_of(claim.asserts[0]) + " The rollback was drilled in production."
        (checked,) = check_claims([claim.model_copy(update={"text": told})], evidence)
        assert checked.problem, told


def test_a_false_assertion_is_not_saved_by_its_sentence(
    whole: tuple[Evidence, RunResult],
) -> None:
    evidence, _ = whole
    false = LineSays(path="promote.py", line=1, text="import nothing_at_all")
    claim = Claim(text=sentence_of(false), evidence=["line:promote.py:1"], asserts=[false])
    (checked,) = check_claims([claim], evidence)
    assert "reads" in checked.problem


@given(text=st.text(), path=st.text(min_size=1), line=st.integers(min_value=1))
def test_a_sentence_is_one_line_that_can_be_seen(text: str, path: str, line: int) -> None:
    said = sentence_of(LineSays(path=path, line=line, text=text))
    assert said.isprintable()


def test_a_command_of_the_base_is_not_told_of_the_change(tmp_path: Path) -> None:
    plan = Plan(early=lambda stage: stage.bash("git status --porcelain"))
    folder, _ = true_run(tmp_path, plan)
    evidence = Evidence.of_run(folder)
    (early,) = (
        call
        for call in ran_on_base(evidence)
        if evidence.ledger.calls[call].command == "git status --porcelain"
    )
    ran = CommandRan(call=early, command="git status --porcelain", exit_code=0)
    for before, problem in ((True, False), (False, True)):
        text = sentence_of(ran, before=before)
        claim = Claim(text=text, evidence=[f"call:{early}"], asserts=[ran])
        (checked,) = check_claims([claim], evidence)
        assert bool(checked.problem) is problem, text


def test_a_quote_cannot_end_itself(whole: tuple[Evidence, RunResult]) -> None:
    evidence, _ = whole
    lie = Absent(text="zz`` stands nowhere. The rollback was tried in production. ``zz")
    (checked,) = check_claims([Claim(text=sentence_of(lie), asserts=[lie])], evidence)
    assert checked.text.count("`") == 2
