"""What people read: each line with its pointer, foreign text as text, the same bytes each time."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_lies import item
from report_staging import ISOLATION
from report_truths import true_run

from mlops_agent.cli.run_progress import Progress
from mlops_agent.contracts.finding import Finding
from mlops_agent.contracts.handoff import Packet, Why
from mlops_agent.contracts.progress import Ended
from mlops_agent.contracts.report import (
    Base,
    CommandRan,
    Isolation,
    Outcome,
    ResidualRisk,
    RunResult,
    Usage,
)
from mlops_agent.contracts.request import Question, Request
from mlops_agent.report.escaping import code, prose
from mlops_agent.report.exhibits import Exhibits
from mlops_agent.report.rechecking import check_run
from mlops_agent.report.rendering import (
    check_text,
    command,
    markdown,
    next_step,
    pointers_beside,
    resuming,
    said,
    text,
)
from mlops_agent.report.spending import spending
from mlops_agent.report.wording import first_line, sentence_of


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunResult, Exhibits]:
    folder, _ = true_run(tmp_path_factory.mktemp("truth"))
    return check_run(folder), Exhibits.of_run(folder)


def _ended(outcome: Outcome, **fields: object) -> RunResult:
    known = RunResult(
        run="20261121-101112-ab12",
        outcome=outcome,
        why="because",
        request=Request(text="do it"),
        driver="offline",
        isolation=ISOLATION,
        base=Base(commit="a" * 40),
        usage=Usage(turns=1, tool_calls=1, seconds=0.1),
        journal="journal.jsonl",
    )
    return known.model_copy(update=fields)


def test_markdown_has_each_claim_ticked_with_its_pointers(
    shown: tuple[RunResult, Exhibits],
) -> None:
    page = markdown(*shown)
    assert page.startswith("# Let a failing evaluation stop .github/workflows/train.yml\n")
    assert f"**Verified**: {len(shown[0].claims)} claims re-checked" in page
    assert page.count(". [x] ") == len(shown[0].claims)
    assert ". [x] `grep -rn retry_evaluation .` exits with 1. (`call:c7`)" in page
    assert "- base: red, `the step ended with 0 after a failing evaluation` (`probe:p-c3`)" in page
    assert "mlops-agent run 'make the gate in evaluate.py refuse NaN'" in page
    assert "- alert: no alert is touched" in page
    assert "`retry_evaluation` stands nowhere. (`search:base`)" in page
    assert "Each of the two commands passes. (`claim:1`, `claim:2`)" in page


def test_the_paths_of_this_machine_stay_out_of_the_page(
    shown: tuple[RunResult, Exhibits], tmp_path: Path
) -> None:
    assert str(tmp_path.parents[1]) not in markdown(*shown)
    assert "`python probes/step_stops.py .github/workflows/train.yml evaluate.py`" in markdown(
        *shown
    )


def test_an_unverified_claim_is_marked_with_its_problem(
    shown: tuple[RunResult, Exhibits],
) -> None:
    result, exhibits = shown
    bad = item("claims", 2, verified=False, problem="it reads 'x'")(result)
    bad = bad.model_copy(update={"verified": False, "problems": ["change.patch is missing"]})
    page = markdown(bad, exhibits)
    assert "**Not verified.**" in page
    assert "- change.patch is missing" in page
    assert re.search(r"3\. \[ \] \*\*Unverified:\*\* .*train\.yml:9 .*: it reads 'x'", page)
    assert "[ ] 3. .github/workflows/train.yml:9" in text(bad, exhibits)
    assert "UNVERIFIED: it reads 'x'" in " ".join(text(bad, exhibits).split())
    assert "claim 3 .github/workflows/train.yml:9" in check_text(bad)


def test_rendering_twice_gives_the_same_bytes(shown: tuple[RunResult, Exhibits]) -> None:
    again = RunResult.from_json(shown[0].to_json())
    assert markdown(*shown) == markdown(again, shown[1])
    assert text(*shown) == text(again, shown[1])


def test_the_terminal_shows_the_hunk(shown: tuple[RunResult, Exhibits]) -> None:
    lines = text(*shown).splitlines()
    assert lines[0].startswith("VERIFIED  Let a failing evaluation")
    assert "  -        run: python evaluate.py || true" in lines
    assert all(len(line) <= 92 or " " not in line.strip() for line in lines)


@pytest.mark.parametrize(
    ("outcome", "title"),
    [
        ("no-change", "# Nothing was changed"),
        ("stopped", "# Stopped before the end"),
        ("declined", "# Declined"),
        ("handoff", "# Handed off"),
        ("report", "# An incomplete report"),
    ],
)
def test_each_outcome_says_what_it_is_and_why(outcome: Outcome, title: str) -> None:
    packet = Packet(
        packet_id="r-1",
        to="sre-engineer",
        decision="split",
        request_verbatim="do it",
        why=Why(rule="paging"),
        goal="the pager",
    )
    page = markdown(_ended(outcome, handoffs=[packet]))
    assert page.startswith(f"{title}\n\nbecause\n")
    assert "Asked: do it" in page
    assert "because" in text(_ended(outcome))
    assert "1. To sre-engineer (not installed here): the pager" in page
    assert "sre-engineer (not installed here): the pager" in text(
        _ended(outcome, handoffs=[packet])
    )


@pytest.mark.parametrize(
    ("kind", "network", "told"),
    [
        ("bubblewrap", True, "confined by bubblewrap, with this machine's network"),
        ("external", True, "not confined by this program: the operator calls this a"),
        ("none", True, "not confined, with this machine's network"),
        ("bubblewrap", False, ""),
    ],
)
def test_both_reports_say_first_what_was_not_kept_from_commands(
    kind: Literal["bubblewrap", "external", "none"], network: bool, told: str
) -> None:
    result = _ended("no-change", isolation=Isolation(kind=kind, network=network, detail=""))
    page, plain = markdown(result), " ".join(text(result).split())
    assert page.startswith(f"> Commands were {told}") == bool(told)
    assert (f"isolation commands were {told}" in plain) == bool(told)
    assert ("confined by bubblewrap, without a network" in page) != bool(told)


def test_questions_come_with_options_and_the_way_on() -> None:
    question = Question(id="which", question="Which one?", why="two fit", options=["a", "b"])
    result = _ended("questions", questions=[question])
    for page in (markdown(result), text(result)):
        assert "Which one?" in page
        assert "two fit" in page
        assert "mlops-agent resume 20261121-101112-ab12 --answers FILE" in page
    assert "   - `a`\n   - `b`\n" in markdown(result)


def test_findings_left_alone_are_the_next_requests(shown: tuple[RunResult, Exhibits]) -> None:
    finding = Finding(
        rule="PIP001",
        name="n",
        severity="error",
        confidence="high",
        boundary="pipeline",
        path="a b.yml",
        line=3,
        message="m",
        smallest_fix="s",
        fix="unsafe",
        fingerprint="f" * 64,
    )
    page = markdown(_ended("no-change", found=[finding]))
    assert "- PIP001 `a b.yml:3` m Smallest fix: s (`finding:ffffffffffffffff`)" in page
    assert "mlops-agent run 'Fix PIP001 at a b.yml:3'" in page


HOSTILE = "x\n# Approved\n<img src=x onerror=1> [go](http://e.org) ![i](u) \x1b[2J `a|b` | **b**"


def test_foreign_text_stays_text() -> None:
    page = markdown(_ended("no-change", why=HOSTILE))
    assert "\n# Approved" not in page
    assert "<img" not in page.replace("\\<img", "")
    assert "[go](" not in page.replace("\\[go\\](", "")
    assert "\x1b" not in page
    assert "`a|b`" in page
    assert "\x1b" not in text(_ended("no-change", why=HOSTILE))


@given(st.text(max_size=60))
def test_a_code_span_cannot_be_left(words: str) -> None:
    span = code(words)
    assert "\n" not in span
    if span:
        fence = re.match("`+", span)
        assert fence is not None
        inner = span[len(fence[0]) : -len(fence[0])]
        assert fence[0] not in re.findall("`+", inner)


@given(st.text(max_size=60))
def test_prose_is_one_line_without_bare_markup(words: str) -> None:
    line = re.sub(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", "", prose(words))
    assert "\n" not in line
    assert not re.search(r"(?<!\\)(?:\\\\)*[<\[]", line)


@given(st.text(min_size=1, max_size=60))
def test_the_next_request_survives_a_shell(words: str) -> None:
    if "\0" in words:
        return
    assert shlex.split(command(words))[2:] == [" ".join(words.split())]


def test_a_probe_run_is_told_by_what_the_other_run_did_not_print() -> None:
    base = "good result: gets through\nbad result: gets through\nnan result: refused\n"
    proposed = "good result: gets through\nbad result: refused\nnan result: refused\n"
    assert said(base, proposed) == ["bad result: gets through"]
    assert said(proposed, base) == ["bad result: refused"]
    assert said("same\n", "same\n") == ["same"]
    assert said("".join(f"{n}\n" for n in range(9)), "") == ["4", "5", "6", "7", "8"]
    assert said("x" * 500, "") == ["x" * 140 + " ..."]
    assert not said("", "")


def _took(**fields: Any) -> RunResult:  # noqa: ANN401
    usage = Usage(turns=9, tool_calls=12, seconds=1.0, **fields)
    return _ended("no-change", model="claude-x", usage=usage)


def test_what_a_model_took_is_told() -> None:
    usage = {"input_tokens": 10000, "output_tokens": 900, "cache_read_tokens": 6100, "usd": 0.42}
    result = _took(**usage, cache_misses=["tools_changed", "unavailable", "unavailable"])
    line = (
        "claude-x; 9 turns; 10,000 tokens in, 900 out, 61 % of input read from cache"
        " (missed: tools_changed x1, unavailable x2); about 0.42 USD"
    )
    assert spending(result) == line
    assert "Took: claude-x; 9 turns" in markdown(result)
    assert "took      claude-x; 9 turns" in text(result)


def test_what_is_unknown_is_not_shown_as_nothing() -> None:
    assert spending(_took()) == "claude-x; 9 turns; tokens unknown; USD unknown"
    assert "Took:" not in markdown(_ended("no-change"))


def test_a_probe_is_told_by_its_purpose_and_its_telling_lines(
    shown: tuple[RunResult, Exhibits],
) -> None:
    result, exhibits = shown
    purposes = {name: "Runs the gate on a failing evaluation." for name in exhibits.probes}
    base, proposed = exhibits.probes.values()
    lines = "".join(f"case {n}: promoted\n" for n in range(7))
    probes = {base.id: base.model_copy(update={"output": lines}), proposed.id: proposed}
    told = replace(exhibits, purposes=purposes, probes=probes, sittings=2)
    page, plain = markdown(result, told), text(result, told)
    assert "Probe `gate` (Runs the gate on a failing evaluation):" in page
    assert "  - `case 2: promoted`\n" in page
    assert "case 1: promoted" not in page + plain
    assert "proof     probe gate: Runs the gate on a failing evaluation." in plain
    assert "            case 6: promoted\n" in plain
    assert "python probes/step_stops.py" not in page + plain
    assert "(probes/step_stops.py in the run's folder)" in page


def test_a_command_of_several_lines_is_shown_by_its_first() -> None:
    assert first_line("set -e\n\ncd x\n") == "set -e ..."
    assert first_line("make\n") == "make"
    sentence = sentence_of(CommandRan(call="c1", command="set -e\nmake", exit_code=0))
    assert sentence == "`set -e ...` (call c1) exits with code 0."


def test_what_remains_is_asked_of_its_owner_with_each_place_once() -> None:
    risk = ResidualRisk(
        risk="a.py:3 keeps it",
        priority=1,
        owner="qa-engineer",
        follow_up="Test it.",
        evidence=["line:a.py:3", "line:b.py:4", "line:b.py:4"],
    )
    assert next_step(risk) == "ask qa-engineer: Test it."
    assert pointers_beside(risk) == ["line:b.py:4"]
    ours = risk.model_copy(update={"owner": "ml-platform", "follow_up": "Mend the gate's step."})
    assert next_step(ours) == 'mlops-agent run "Mend the gate\'s step."'


@pytest.mark.parametrize(
    ("why", "option"),
    [
        ("the limit of 0.25 USD is reached (0.29 spent)", " --max-usd 0.5"),
        ("the limit of 80 turns is reached", " --max-turns 160"),
        ("the limit of 1.5 minutes is reached", " --max-minutes 3"),
        ("interrupted", ""),
    ],
)
def test_the_way_on_raises_the_limit_that_was_hit(why: str, option: str) -> None:
    assert (
        resuming(_ended("stopped", why=why)) == f"mlops-agent resume 20261121-101112-ab12{option}"
    )


def test_sittings_are_told() -> None:
    assert spending(_took(), 2).startswith("claude-x; 9 turns in 2 sittings;")


def test_a_run_that_stopped_is_not_called_done(capsys: pytest.CaptureFixture[str]) -> None:
    for outcome in ("stopped", "no-change"):
        Progress(quiet=False, verbose=False)(Ended(result=_ended(outcome)))
    assert capsys.readouterr().err == "stopped after 0.1 s\ndone in 0.1 s\n"
