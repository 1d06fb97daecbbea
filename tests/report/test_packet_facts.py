"""The facts of a packet are held to the run's record, and a packet that was touched shows."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from report_staging import WORKFLOW, write_journal
from report_truths import true_run

from mlops_agent.contracts.handoff import Fact, Packet, Span, Why
from mlops_agent.contracts.journal import HandedOff
from mlops_agent.contracts.report import RunResult
from mlops_agent.journal.reading import read_journal
from mlops_agent.report.checker import check_report
from mlops_agent.report.evidence import Evidence
from mlops_agent.report.facts import fact_problem, judged

PLACE = f"line:{WORKFLOW}:9"


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RunResult]:
    return true_run(tmp_path_factory.mktemp("truth"))


@pytest.fixture(scope="module")
def evidence(truth: tuple[Path, RunResult]) -> Evidence:
    return Evidence.of_run(truth[0])


def fact(claim: str, *evidence: str) -> Fact:
    return Fact(claim=claim, evidence=list(evidence))


def test_a_true_fact_is_verified(truth: tuple[Path, RunResult], evidence: Evidence) -> None:
    (finding,) = [one for one in truth[1].claims if one.asserts[0].kind == "finding"]
    facts = [
        fact(f"{WORKFLOW}:9 holds `|| true`.", PLACE),
        fact(finding.text, *finding.evidence),
    ]
    assert [fact_problem(one, evidence) for one in facts] == ["", ""]
    assert all(one.verified for one in judged(facts, evidence))


@pytest.mark.parametrize(
    ("lie", "says"),
    [
        (fact("The table is large."), "cites no evidence"),
        (fact(f"{WORKFLOW}:99 holds `|| true`.", f"line:{WORKFLOW}:99"), "does not exist"),
        (fact(f"{WORKFLOW}:9 holds `exit 1`.", PLACE), "nothing that is asserted holds"),
        (fact(f"{WORKFLOW}:9 was drilled in production.", PLACE), "says more"),
        (fact(f"promote.py:3 holds what {WORKFLOW} holds.", PLACE), "is not among the places"),
        (fact("The rollback is ready.", PLACE), "names nothing"),
        (fact(f"{WORKFLOW}:9 holds `|| true`.", PLACE, f"line:{WORKFLOW}:8"), "several things"),
        (fact("It is declared.", "declaration:1"), "shows nothing by itself"),
        (fact("The probe gate is red.", "probe:nowhere"), "does not exist"),
    ],
)
def test_a_lying_fact_is_caught(lie: Fact, says: str, evidence: Evidence) -> None:
    assert re.search(says, fact_problem(lie, evidence))
    told = lie.model_copy(update={"verified": True})
    assert [one.verified for one in judged([told], evidence)] == [False]


def handed(result: RunResult, **fields: Any) -> Packet:  # noqa: ANN401
    words = result.request.text[:6]
    values: dict[str, Any] = {
        "packet_id": "r-1",
        "to": "sre-engineer",
        "decision": "split",
        "request_verbatim": result.request.text,
        "spans": [Span(start=0, end=6, text=words)],
        "why": Why(rule="paging"),
        "goal": "It pages.",
        "facts": [Fact(claim=f"{WORKFLOW}:9 holds `|| true`.", evidence=[PLACE], verified=True)],
    }
    return Packet(**(values | fields))


def problems_of(
    truth: tuple[Path, RunResult], journaled: Packet, told: Packet, scratch: Path
) -> list[str]:
    """What the checker says of a report with one packet beside a journal with another."""
    folder, result = truth
    copy = Path(shutil.copytree(folder, scratch / folder.name))
    *events, last = read_journal(folder)
    event = HandedOff(seq=1, at=last.at, previous="0" * 64, call="c1", packet=journaled)
    write_journal(copy, [*events, event, last])
    report = result.model_copy(update={"handoffs": [told]})
    return check_report(report, Evidence.of_run(copy)).problems


def test_a_whole_packet_passes(truth: tuple[Path, RunResult], tmp_path: Path) -> None:
    packet = handed(truth[1])
    assert problems_of(truth, packet, packet, tmp_path) == []


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"goal": "It is done."}, "are not those of the journal"),
        ({"to": "qa-engineer"}, "are not those of the journal"),
    ],
)
def test_a_changed_packet_shows(
    fields: dict[str, Any], says: str, truth: tuple[Path, RunResult], tmp_path: Path
) -> None:
    packet = handed(truth[1])
    told = handed(truth[1], **fields)
    assert any(says in one for one in problems_of(truth, packet, told, tmp_path))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"facts": [Fact(claim="All is well.", verified=True)]}, "called verified: it cites no"),
        ({"spans": [Span(start=1, end=4, text="drop")]}, "the request does not hold 'drop'"),
        ({"spans": []}, "not a hand-off of this request"),
        ({"request_verbatim": "Drop the table."}, "not a hand-off of this request"),
        ({"remaining": ["x" * 4096]}, "more than 4096"),
    ],
)
def test_a_packet_that_was_forged_in_the_journal_too_shows(
    fields: dict[str, Any], says: str, truth: tuple[Path, RunResult], tmp_path: Path
) -> None:
    packet = handed(truth[1], **fields)
    said = problems_of(truth, packet, packet, tmp_path)
    assert any(says in one for one in said), said
