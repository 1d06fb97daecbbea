"""Sentences read on their own: what they may say about given assertions, and what not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_agent.contracts.report import (
    Absent,
    Assertion,
    CommandRan,
    DiffIs,
    Enumerated,
    LineSays,
    Untouched,
)
from mlops_agent.report.evidence import Evidence
from mlops_agent.report.ledger import Ledger
from mlops_agent.report.prose.extent import unborne
from mlops_agent.report.prose.matching import blank, holds
from mlops_agent.report.prose.sentence import problem_of_claim

NOTHING = Evidence(Path("/nonexistent"), Ledger([]), None)
DIFF = DiffIs(files=["train.py", "serve.py"], lines_added=3, lines_removed=12)
LINE = LineSays(path="src/train.py", line=7, text="seed = 1")
RAN = CommandRan(call="c1", command="make test", exit_code=2, covers=["train.py"])
LIST = Enumerated(items=["a", "b"])


@pytest.mark.parametrize(
    ("text", "asserted"),
    [
        ("The change adds 3 lines and removes 12 lines in two files.", [DIFF]),
        ("Two files changed: +3 -12.", [DIFF]),
        ("The diff touches train.py and serve.py and no other file.", [DIFF]),
        ("15 lines of train.py and serve.py changed.", [DIFF]),
        ("`make test` fails with exit code 2 on train.py.", [RAN]),
        ("On train.py `make test` exited with 2 and did not pass.", [RAN]),
        ("train.py:7 holds it.", [LINE]),
        ("Line 7 of src/train.py holds it.", [LINE]),
        ("Both claims stand: each holds.", [LIST]),
        ("`password` stands nowhere in the base tree.", [Absent(text="password")]),
        ("It no longer passes at all: `make test` fails on train.py.", [RAN]),
        ("There is no `password` in any file.", [Absent(text="password")]),
        ("All of docs is unchanged.", [Untouched(paths=["docs"])]),
    ],
)
def test_a_plain_sentence_passes(text: str, asserted: list[Assertion]) -> None:
    assert problem_of_claim(text, asserted, NOTHING) == ""


@pytest.mark.parametrize(
    ("text", "asserted", "says"),
    [
        ("The change adds 12 lines and removes 3 lines.", [DIFF], "12 is not the number of lines"),
        ("The change touches three files.", [DIFF], "3 is not the number of files"),
        ("The change is +3 -13.", [DIFF], "13 is not the number of lines removed"),
        ("The change touches train.py and model.py.", [DIFF], "model.py is not among the files"),
        ("`make test` exits with 0.", [RAN], "`make test` did not exit with 0"),
        ("`make test` passes.", [RAN], "says 'passes'"),
        ("`make test` exits with 2.", [RAN], "call c1 never began"),
        ("`make test` does not fail.", [RAN], "says 'fail'"),
        ("`make test` and `make lint` fail.", [RAN], "the quoted 'make lint'"),
        ("The tests fail.", [RAN], "names nothing of what it asserts"),
        ("train.py:8 is where it happens.", [LINE], "train.py:8 is not among the places"),
        ("rain.py:7 is where src/train.py fails.", [LINE], "rain.py:7 is not among the places"),
        ("Any seed in src/train.py is fixed.", [LINE], "'Any' speaks of a whole"),
        ("src/train.py never changes its seed.", [LINE], "'never' speaks of a whole"),
        ("Each of a and b and c, all 3 of them.", [LIST], "the number 3 is nowhere"),
        ("Every test passes; the change is small.", [DIFF], "'Every' speaks of a whole"),
        ("All of docs and src is unchanged.", [Untouched(paths=["docs", "lib"])], "'All'"),
        ("src/train.py is at commit deadbeef1.", [LINE], "deadbeef1 is no commit or tree"),
        ("src/train.py is safe.", [LINE], "'safe' says more than was seen"),
        ("src/train.py:7 lacks it.", [LINE], "'lacks' says more"),
        ("src/train.py:7 does not hold it.", [LINE], "'does' says more"),
        ("The change leaves train.py alone.", [DIFF], "'leaves' says more"),
        ("The change removes train.py.", [DIFF], "'removes' says more"),
        ("The change adds 3 lines, and the rollback was drilled.", [DIFF], "'rollback' says more"),
        ("`make test` was not run.", [RAN], "'not' says more"),
        ("docs was changed.", [Untouched(paths=["docs"])], "'changed' says more"),
        ("`password` stands in the tree.", [Absent(text="password")], "does not say"),
        ("Each promotion path of a and b is gated.", [LIST], "'promotion' says more"),
        ("Line 7 of src/train.py h\u043elds it.", [LINE], "says more"),
    ],
)
def test_a_sentence_that_says_more_does_not(
    text: str, asserted: list[Assertion], says: str
) -> None:
    assert says in problem_of_claim(text, asserted, NOTHING)


def test_words_inside_names_and_quotes_do_not_count() -> None:
    line = LineSays(path="all/every.py", line=1, text="x")
    assert unborne("all/every.py says `never`", [line], ["all/every.py"]) == ""
    assert "'every'" in unborne("every file", [line], ["all/every.py"])


@pytest.mark.parametrize(
    ("haystack", "needle", "found"),
    [
        ("src/train.py", "train.py", True),
        ("src/train.py", "rain.py", False),
        ("exit 10", "exit 1", False),
        ("a  ||\n true", "|| true", True),
        ("x.y", "x", True),
    ],
)
def test_one_text_in_another(haystack: str, needle: str, found: bool) -> None:
    assert holds(haystack, needle) is found


@given(st.text(max_size=30), st.text(min_size=1, max_size=10))
def test_blanking_leaves_nothing_to_find(before: str, needle: str) -> None:
    if needle.split():
        assert not holds(blank(f"{before} {needle} {before}", [needle]), needle.strip()) or (
            holds(before, needle.strip())
        )


@given(st.text(max_size=80))
def test_any_sentence_gets_an_answer(text: str) -> None:
    assert isinstance(problem_of_claim(text, [DIFF, LINE, RAN, LIST], NOTHING), str)
