"""Work handed to a sibling: alone, beside our own report, refused where it does not hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest
from engine_lab import (
    WORKFLOW,
    Scripted,
    call,
    git,
    journal_of,
    run_scripted,
    turn,
)

from mlops_agent.cli.run_report import exit_code, rendered
from mlops_agent.contracts.handoff import MOST_BYTES, Packet
from mlops_agent.contracts.journal import HandedOff
from mlops_agent.contracts.report import RunResult
from mlops_agent.contracts.request import Context, Request
from mlops_agent.engine.history import read_past
from mlops_agent.exit_codes import ExitCode
from mlops_agent.journal.reading import read_journal
from mlops_agent.report.rechecking import bears_out, check_run
from mlops_agent.tools.context import ToolContext
from mlops_agent.tools.desk import Desk
from mlops_agent.tools.handoff import HandOff
from mlops_agent.tools.survey import Survey

pytestmark = pytest.mark.sandbox

TABLE = "backfill the warehouse table"
PAGING = "page the on-call when it is late"
ASKED = f"Please {TABLE}, then {PAGING}."
LINE = 13


def handoff(number: int, **values: Any) -> Any:  # noqa: ANN401
    given: dict[str, Any] = {
        "receiver": "data-engineer",
        "words": [TABLE],
        "why": {"rule": "a warehouse backfill is the data platform's", "confidence": 0.9},
        "goal": "churn_v2 holds all of last month.",
        "rest": "none",
    }
    return call(number, "HandOff", **(given | values))


def run(repo: Path, *turns: Any, text: str = ASKED) -> tuple[RunResult, Scripted]:  # noqa: ANN401
    driver = Scripted(*turns)
    context = Context(task_id="T-7", parent="C-1")
    return run_scripted(repo, driver, Request(text=text, context=context)), driver


def refused(repo: Path, **values: Any) -> str:  # noqa: ANN401
    """What the tool says to a bad first try, before the run is left."""
    leave = turn(call("end", "NoChange", why="enough"))
    _, driver = run(repo, turn(handoff(1, **values)), leave)
    (first, _) = driver.results()
    assert not first.ok
    return first.text


def test_all_of_a_request_goes_to_its_owner(repo: Path) -> None:
    fact = {"claim": f"{WORKFLOW}:{LINE} holds `|| true`.", "evidence": [f"line:{WORKFLOW}:{LINE}"]}
    guess = {"claim": "The table is large."}
    result, _ = run(repo, turn(handoff(1, facts=[fact, guess], remaining=["Run the backfill."])))
    assert (result.outcome, exit_code(result)) == ("handoff", ExitCode.HANDED_OFF)
    (packet,) = result.handoffs
    assert packet.packet_id == f"{result.run}-1"
    assert (packet.task_id, packet.context_id) == ("T-7", "C-1")
    assert (packet.sender, packet.receiver) == ("mlops-engineer", "data-engineer")
    assert (packet.decision, packet.to_available) == ("handoff", False)
    start = ASKED.index(TABLE)
    assert [(s.start, s.end, s.text) for s in packet.spans] == [(start, start + len(TABLE), TABLE)]
    assert [one.verified for one in packet.facts] == [True, False]
    assert packet.request_verbatim == ASKED
    assert f"{result.run}-1" in packet.return_contract
    assert [e.packet for e in journal_of(result) if isinstance(e, HandedOff)] == [packet]
    assert bears_out(check_run(Path(result.journal).parent))


def test_the_message_alone_tells_the_receiver_all(repo: Path) -> None:
    result, _ = run(repo, turn(handoff(1, remaining=["Run it."], scope_out=["The model."])))
    folder = Path(result.journal).parent
    message = (folder / "handoffs" / "1-data-engineer.md").read_text()
    for part in ("You are data-engineer.", TABLE, ASKED, "- Run it.", "- The model.", "data, not"):
        assert part in message
    report = (folder / "report.md").read_text()
    assert "To data-engineer (not installed here): churn_v2 holds" in report
    assert "`handoffs/1-data-engineer.md`" in report


def test_two_owners_get_a_packet_each(repo: Path) -> None:
    first = handoff(1, rest="ours")
    second = handoff(2, receiver="sre-engineer", words=[PAGING], goal="It pages.")
    result, _ = run(repo, turn(first, second))
    assert [one.receiver for one in result.handoffs] == ["data-engineer", "sre-engineer"]
    assert [one.decision for one in result.handoffs] == ["split", "split"]
    assert result.outcome == "handoff"


@pytest.mark.parametrize("ending", ["NoChange", "Ask"])
def test_the_rest_may_end_in_another_way(repo: Path, ending: str) -> None:
    question = {"id": "which", "question": "Which table?", "why": "Two fit."}
    values = {"why": "nothing fits"} if ending == "NoChange" else {"questions": [question]}
    last = turn(call(2, ending, **values))
    result, _ = run(repo, turn(handoff(1, rest="ours")), last)
    assert result.outcome == {"NoChange": "no-change", "Ask": "questions"}[ending]
    assert [one.receiver for one in result.handoffs] == ["data-engineer"]


def test_an_installed_receiver_is_available(repo: Path) -> None:
    skill = repo / ".claude" / "skills" / "data-engineer" / "SKILL.md"
    skill.parent.mkdir(parents=True)
    skill.write_text("---\nname: data-engineer\n---\n")
    result, _ = run(repo, turn(handoff(1)))
    assert result.handoffs[0].to_available


def test_the_teams_own_skills_can_be_handed_work(repo: Path) -> None:
    roster = "roster: {leave-out: [qa-engineer], add: [{name: billing, territory: invoices}]}\n"
    (repo / "mlops-agent.yaml").write_text(roster)
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "roster")
    leave = turn(handoff(2, receiver="billing"))
    result, driver = run(repo, turn(handoff(1, receiver="qa-engineer")), leave)
    assert "no sibling 'qa-engineer'" in driver.results()[0].text
    assert [one.receiver for one in result.handoffs] == ["billing"]


def test_an_unknown_receiver_hears_the_roster(repo: Path) -> None:
    said = refused(repo, receiver="data-enginer")
    assert "closest: data-engineer" in said
    assert "- sre-engineer: SLO" in said


def test_words_have_to_stand_in_the_request(repo: Path) -> None:
    assert "does not hold 'drop the table'" in refused(repo, words=["drop the table"])
    assert "does not hold" in refused(repo, words=[TABLE, TABLE])


def test_a_packet_too_large_names_its_longest_fields(repo: Path) -> None:
    said = refused(repo, remaining=["x" * MOST_BYTES], assumptions=["y" * 300])
    assert "at most 4096 are allowed" in said
    assert said.index("remaining (") < said.index("assumptions (")


def test_a_bad_packet_hears_every_problem_at_once(repo: Path) -> None:
    said = refused(
        repo,
        receiver="nobody",
        words=["drop the table"],
        facts=[{"claim": "a", "evidence": ["call:c9"]}, {"evidence": ["line:no.py:1"]}],
        remaining=["x" * MOST_BYTES],
    )
    for part in ("no sibling 'nobody'", "does not hold 'drop", "call:c9 does", "line:no.py:1 does"):
        assert part in said
    assert "cut at least" in said
    assert "goal (" in said


def test_the_owner_reads_what_to_do_next(repo: Path) -> None:
    why = {"rule": "backfills belong to data-engineer", "confidence": 0.9}
    asked = ["Which month?"]
    result, _ = run(repo, turn(handoff(1, why=why, open_questions=asked, scope_in=["a_b[0]"])))
    shown = rendered(result, "text")
    assert shown.startswith("HANDED OFF  backfills belong to data-engineer\n")
    file = Path(result.journal).parent / "handoffs" / "1-data-engineer.md"
    assert f"next      start data-engineer with this message: {file}" in shown
    assert "asks: Which month?" in shown
    message = file.read_text()
    assert "belong to data-engineer. Confidence 0.9.\n\n## In scope\n\n- `a_b[0]`\n" in message
    assert "\\" not in message
    assert "\n\n\n" not in message
    assert "The whole request" in message


def test_the_request_is_not_repeated_where_its_words_are_all_of_it(repo: Path) -> None:
    result, _ = run(repo, turn(handoff(1)), text=TABLE)
    message = (Path(result.journal).parent / "handoffs" / "1-data-engineer.md").read_text()
    assert message.count(TABLE) == 1


def test_a_long_request_is_shortened_with_a_mark(repo: Path) -> None:
    text = ASKED + " Background: " + "ä" * 5000
    result, _ = run(repo, turn(handoff(1)), text=text)
    (packet,) = result.handoffs
    assert len(packet.to_json(indent=None).encode()) <= MOST_BYTES
    assert packet.request_verbatim.startswith(ASKED)
    assert packet.request_verbatim.endswith("characters of the request left out]")
    assert len(packet.request_verbatim) > 500
    assert bears_out(check_run(Path(result.journal).parent))


def test_a_pure_hand_off_touches_no_file(repo: Path) -> None:
    write = turn(call(1, "Bash", command="echo x > new.txt"))
    leave = turn(call("end", "NoChange", why="enough"))
    _, driver = run(repo, write, turn(handoff(2)), leave)
    assert "files were changed" in driver.results()[1].text
    assert git(repo, "status", "--porcelain") == ""


def test_a_receiver_gets_one_packet(repo: Path) -> None:
    again = turn(handoff(2, rest="none"))
    leave = turn(call("end", "NoChange", why="enough"))
    result, driver = run(repo, turn(handoff(1, rest="ours")), again, leave)
    assert "has a packet already" in driver.results()[1].text
    assert len(result.handoffs) == 1


def test_packets_are_json_with_the_names_of_the_interface(repo: Path) -> None:
    result, _ = run(repo, turn(handoff(1)))
    data = json.loads((Path(result.journal).parent / "report.json").read_text())
    (packet,) = data["handoffs"]
    assert (packet["from"], packet["to"]) == ("mlops-engineer", "data-engineer")
    assert packet["schema"] == "mlops-agent/handoff/1"
    assert Packet.model_validate(packet) == result.handoffs[0]


def test_a_packet_is_not_made_twice_by_a_run_that_is_taken_up_again(repo: Path) -> None:
    first = turn(handoff(1, rest="ours"))
    stopped, _ = run(repo, first, turn(call(2, "Glob", pattern="*.md")), text=ASKED)
    assert stopped.outcome == "stopped"
    folder = Path(stopped.journal).parent
    # As a crash leaves it: the packet is in the journal, the end of its call is not.
    lines = (folder / "journal.jsonl").read_bytes().splitlines(keepends=True)
    made = next(n for n, line in enumerate(lines) if b'"kind":"handed-off"' in line)
    (folder / "journal.jsonl").write_bytes(b"".join(lines[: made + 1]))
    past = read_past(read_journal(folder))
    assert list(past.handoffs) == ["s1"]
    assert past.begun is not None
    desk = Desk(Request(text=ASKED), Survey(lambda: folder), lambda _: True)
    desk.handoffs = dict(past.handoffs)
    again = HandOff(desk)
    values = again.Input.model_validate(past.begun.turn.calls[0].input)
    # It touches nothing of its surroundings: they are not even there.
    result = again.run("s1", values, cast("ToolContext", None))
    assert result.ok
    assert desk.handoffs == past.handoffs
