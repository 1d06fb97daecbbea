"""Bundles that people wrote, in several styles: each is complete, and gutting one item shows it.

The bundles are data below: for each item of the bar a heading and a control in four parts, put
together as a table, as bullets or as prose. Gutting replaces one part by what people write there.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_agent.errors import BadInputError
from mlops_agent.vocabulary.plan import bar_words
from mlops_agent.workflow.bar import hold
from mlops_agent.workflow.checking import check_plan
from mlops_agent.workflow.documents import candidates_in
from mlops_agent.workflow.planning import plan

Control = tuple[str, str, str, str, str]
"""Heading, metric, threshold, action, owner."""

PLAIN: list[Control] = [
    ("Objective and success", "precision@500", "at least 0.42", "no promotion", "ml-growth"),
    ("Data and lineage", "nulls in tenure", "below 1 %", "the run stops", "ml-growth"),
    ("Training and evaluation", "PR-AUC", ">= 0.40", "the build fails", "ml-growth"),
    ("Registry and promotion", "gain over champion", "> 0.002", "alias stays", "lead of ml-growth"),
    ("Serving rollout", "canary error rate", "above 1 % in 5 min", "weight to 0", "ml-platform"),
    ("Drift monitoring", "PSI of 8 inputs", "above 0.25", "we look within 2 days", "ml-growth"),
    ("Retraining", "retrain age", "older than 7 days", "train a challenger", "ml-growth"),
    ("Reproducibility and audit", "unpinned packages", "0", "build is rejected", "ml-platform"),
    ("Operations and incidents", "time to first action", "15 min", "roll it back", "ml-platform"),
    ("Risks and follow-ups", "late labels", "45 days", "add a proxy monitor", "ml-growth"),
]
ROLLBACK = ("rollback time", "10 min", "point champion back to the previous version", "ml-platform")
OWN_WORDS: list[Control] = [
    (
        "Why we do this",
        "recall of fraud",
        "must stay above 85 %",
        "we stop the launch",
        "risk team",
    ),
    ("Where the data comes from", "rows per day", "within 20 %", "block the load", "Anna Kim"),
    ("Offline acceptance", "AUC on the holdout", "0.91 or better", "CI exits 1", "risk-ml squad"),
    (
        "Champion and challenger",
        "loss against champion",
        "no more than 0.01",
        "it is refused",
        "CRO",
    ),
    ("Going live", "shadow traffic, p95", "under 80 ms", "drain the canary", "platform team"),
    ("Watching it", "drift of amount, KS distance", "0.15", "open an incident", "@acme/risk-ml"),
    ("Model refresh", "retraining cadence", "every 30 days", "start a new training", "risk team"),
    ("Governance and compliance", "logs kept", "at least 7 years", "stop deletion", "legal team"),
    ("On-call", "wrong blocks per hour", "more than 100", "page and revert", "risk on-call"),
    ("Known limits and next steps", "cold start", "none", "write a fallback rule", "risk team"),
]
VAGUE = {
    "threshold": "an appropriate value, TBD",
    "action": "handled according to best practices",
    "owner": "the team",
}


def as_table(control: Control, number: int) -> str:
    heading, metric, threshold, action, owner = control
    rows = [(metric, threshold, action, owner)]
    if number == 4:
        rows.append(ROLLBACK)
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    head = "| signal | threshold | action | owner |\n|---|---|---|---|\n"
    return f"## {number + 1}. {heading}\n\n{head}{table}"


def as_bullets(control: Control, number: int) -> str:
    heading, metric, threshold, action, owner = control
    lines = [f"- **{metric}**: {threshold}, else {action} (owner: {owner})"]
    if number == 4:
        metric, threshold, action, owner = ROLLBACK
        lines.append(f"- **{metric}** within {threshold}: {action} (owner: {owner})")
    return f"### {heading}\n\n" + "\n".join(lines) + "\n"


def as_prose(control: Control, number: int) -> str:
    heading, metric, threshold, action, owner = control
    text = f"We look at {metric}: {threshold}. Otherwise {action}. This is decided by {owner}."
    if number == 4:
        metric, threshold, action, owner = ROLLBACK
        text += f"\n\nThe {metric} is {threshold}: {action}. This is decided by {owner}."
    return f"{heading}\n{'-' * len(heading)}\n\n{text}\n"


FOLDER = Path(__file__).parent / "bundles"
MIXED = (FOLDER / "mixed.md").read_text()

STYLES: dict[str, Callable[[Control, int], str]] = {
    "table": as_table,
    "bullets": as_bullets,
    "prose": as_prose,
}
BUNDLES = {"plain": PLAIN, "own words": OWN_WORDS}
ITEMS = [one.item for one in bar_words().items]


def missing(text: str) -> list[int]:
    """The numbers of the items that a document lacks."""
    return [n for n, item in enumerate(hold(candidates_in(text))) if not item.present]


def written(controls: list[Control], style: str) -> str:
    return "\n".join(STYLES[style](one, number) for number, one in enumerate(controls))


def gutted(controls: list[Control], number: int, part: str) -> list[Control]:
    heading, metric, threshold, action, owner = controls[number]
    parts = {"threshold": threshold, "action": action, "owner": owner, part: VAGUE[part]}
    mended = (heading, metric, parts["threshold"], parts["action"], parts["owner"])
    return [mended if n == number else one for n, one in enumerate(controls)]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("bundle", BUNDLES)
def test_a_complete_bundle_is_complete_in_any_style(bundle: str, style: str) -> None:
    assert [ITEMS[n] for n in missing(written(BUNDLES[bundle], style))] == []


@pytest.mark.parametrize("part", VAGUE)
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("bundle", BUNDLES)
def test_gutting_one_item_flips_exactly_that_one(bundle: str, style: str, part: str) -> None:
    for number in range(10):
        if number == 9 and part == "threshold":
            continue  # a risk has no threshold
        text = written(gutted(BUNDLES[bundle], number, part), style)
        assert missing(text) == [number], (number, text)


@pytest.mark.parametrize("style", STYLES)
def test_leaving_a_section_out_flips_exactly_that_item(style: str) -> None:
    for number in range(10):
        sections = [STYLES[style](one, n) for n, one in enumerate(PLAIN) if n != number]
        assert missing("\n".join(sections)) == [number]


@pytest.mark.parametrize(
    "sentence",
    [
        "We will monitor drift appropriately.",
        "Drift is monitored regularly and the team should own the response.",
        "PSI thresholds are TBD; owner: TBD; action as needed.",
        "Drift monitoring follows industry best practices and is owned by the appropriate team.",
        "Someone will look at drift of the inputs periodically.",
        "The drift threshold will be defined later by the risk-ml team, who will take action.",
        "We monitor drift appropriately and alert the ML team within 24 hours at the right time.",
        "Drift: since version 2.0 of the policy at 2024 the Platform team keeps things fine.",
    ],
)
def test_filler_is_no_control(sentence: str) -> None:
    sections = [as_prose(one, n) for n, one in enumerate(PLAIN) if n != 5]
    text = "\n".join([*sections, f"## Monitoring\n\n{sentence}\n"])
    assert missing(text) == [5]


@pytest.mark.parametrize(
    "sentence",
    [
        "When PSI of any input exceeds 0.2 for three days, the ml-growth team retrains.",
        "Drift: KS distance above 0.1 pages the on-call engineer.",
        "* PSI > 0.25 -> roll back; owner ml-growth",
        "If the score distribution shifts by more than 3 standard errors, Anna Kim's risk team "
        "freezes promotions.",
        "1. Drift share over 30 % of features: stop the batch, @acme/ml decides.",
    ],
)
def test_a_control_counts_in_other_words(sentence: str) -> None:
    sections = [as_prose(one, n) for n, one in enumerate(PLAIN) if n != 5]
    text = "\n".join([*sections, f"## How we notice trouble: monitoring\n\n{sentence}\n"])
    assert missing(text) == []


def test_a_bundle_that_mixes_all_forms_is_complete_until_its_release_loses_its_owner() -> None:
    assert missing(MIXED) == []
    assert missing(MIXED.replace("\nOwner: payments-platform team.\n", "\n")) == [4]
    assert missing(MIXED.replace("Model owner: risk-ml", "Owner: the team")) == [2]
    assert missing(MIXED.replace("PSI > 0.2 on any", "drift on any")) == [5]


@pytest.mark.parametrize("name", ["bullets", "one_table", "underlined", "fields"])
def test_what_people_write_by_hand_is_taken(name: str) -> None:
    assert [ITEMS[n] for n in missing((FOLDER / f"{name}.md").read_text())] == []


GUTTED = [(3, "TBD (JIRA-12)"), (3, "per policy v2"), (3, "2027"), (3, "all fine"), (3, "yes")]
GUTTED += [(4, "we will monitor and alert as appropriate"), (4, "keep calm"), (4, "fix it?")]
GUTTED += [(5, "later"), (5, "various"), (5, "TBD (Ravi?)"), (5, "owner of the model")]


def test_each_row_of_one_table_counts_and_none_with_filler_does() -> None:
    lines = (FOLDER / "one_table.md").read_text().splitlines()
    rows = [n for n, line in enumerate(lines) if line.startswith("| ")][1:]
    assert len(rows) == 10
    for place, row in enumerate(rows):
        assert missing("\n".join([*lines[:row], *lines[row + 1 :]])), lines[row]
        for column, filler in GUTTED[place % 4 :: 4]:
            cells = lines[row].strip("|").split("|")
            cells[column] = f" {filler} "
            gutted_row = f"|{'|'.join(cells)}|"
            assert missing("\n".join([*lines[:row], gutted_row, *lines[row + 1 :]])), gutted_row


def test_a_field_that_is_empty_is_missed_in_its_own_section() -> None:
    text = (FOLDER / "fields.md").read_text()
    assert missing(text.replace("* Threshold: 0.42", "* Threshold: reasonable")) == [2]
    assert missing(text.replace("* Owner: Model Risk Committee", "* Owner: pending")) == [3]
    assert missing(text.replace("* Action: open a ticket", "* Action: alert as needed")) == [5]


def test_one_table_of_all_gates_is_read_by_its_rows() -> None:
    rows = [f"| {h} | {m}: {t}, else {a}; {o} |" for h, m, t, a, o in PLAIN]
    rows.append(f"| rollback | {': '.join(ROLLBACK[:2])}, else {'; '.join(ROLLBACK[2:])} |")
    head = ["# Plan", "", "| gate | control: metric, threshold, action, owner |", "|---|---|"]
    assert missing("\n".join([*head, *rows])) == []
    for number in range(10):
        left = [row for n, row in enumerate(rows) if n != number]
        assert missing("\n".join([*head, *left])) == [number]


def test_an_owner_named_once_for_a_section_counts_for_its_rows() -> None:
    table = as_table(PLAIN[5], 5).replace(" | owner |", " |").replace(" | ml-growth |", " |")
    table = table.replace("|---|---|---|---|", "|---|---|---|")
    sections = [as_table(one, n) for n, one in enumerate(PLAIN) if n != 5]
    assert missing("\n".join([*sections, table])) == [5]
    assert missing("\n".join([*sections, table, "Owner: ml-growth\n"])) == []


def test_what_is_missing_is_named_with_its_line() -> None:
    text = written(gutted(PLAIN, 5, "owner"), "table")
    (item,) = [one for one in hold(candidates_in(text)) if not one.present]
    line = next(n for n, one in enumerate(text.splitlines(), 1) if one.startswith("| PSI"))
    assert item.missing == [f"a drift control: an owner (line {line}: PSI of 8 inputs)"]
    whole = hold(candidates_in(written(PLAIN, "table")))
    assert whole[5].where == f"line {line}: PSI of 8 inputs"


def test_code_blocks_say_nothing() -> None:
    drift = as_bullets(PLAIN[5], 5).replace("- **", "```\n- **") + "```\n"
    sections = [as_bullets(one, n) for n, one in enumerate(PLAIN) if n != 5]
    assert missing("\n".join([*sections, drift])) == [5]


def test_our_own_json_is_judged_by_its_records_and_not_by_its_word(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    made = plan("Make our churn model production ready: recall counts.", "one-shot")
    file.write_text(made.to_json())
    assert check_plan(file).complete
    data = json.loads(file.read_text())
    for gate in data["gates"]:
        if gate["gate"] == "monitoring-drift":
            for control in gate["controls"]:
                control["owner"] = ""
    file.write_text(json.dumps(data))
    found = check_plan(file)
    assert not found.complete
    assert [one.item for one in found.quality_bar if not one.present] == [ITEMS[5]]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"# Plan\0", "binary"),
        (b'{"schema": "other"}', "no plan of ours"),
        (b"{", "no plan of ours"),
        (b"x" * (1024 * 1024 + 1), "larger than"),
    ],
)
def test_a_file_that_is_no_bundle_is_one_line(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "plan.md"
    file.write_bytes(content)
    with pytest.raises(BadInputError, match=says) as caught:
        check_plan(file)
    assert "\n" not in str(caught.value)
    with pytest.raises(BadInputError, match="cannot read"):
        check_plan(tmp_path / "none.md")
    with pytest.raises(BadInputError, match="not a regular file"):
        check_plan(tmp_path)


@given(st.text(alphabet="|-#* :\n`abc0123%>.", max_size=200))
def test_any_text_can_be_held_against_the_bar(text: str) -> None:
    assert len(hold(candidates_in(text))) == 10
