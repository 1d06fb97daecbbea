"""What is shipped worked out says the same as what it comes from, and counts only while it does."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mlops_agent.boundary.leaning import FILE as LEARNED
from mlops_agent.boundary.leaning import learned, learned_of
from mlops_agent.boundary.packed import packed
from mlops_agent.boundary.phrases import find, index_of, index_over, shipped_phrases, standard_index
from mlops_agent.boundary.stemming import stems
from mlops_agent.boundary.words import FILE
from mlops_agent.vocabulary.errors import VocabularyError
from mlops_agent.vocabulary.prepared import listed
from mlops_agent.vocabulary.siblings import Sibling
from mlops_agent.vocabulary.territories import listed_phrases

PROJECT = Path(__file__).parents[2]


def test_the_prepared_files_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/prepare.py", "--check"],
        cwd=PROJECT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_a_list_counts_only_while_it_is_of_the_toml_that_lies_there(tmp_path: Path) -> None:
    edited = tmp_path / FILE.parent.name / FILE.name
    edited.parent.mkdir()
    edited.write_text(FILE.read_text(encoding="utf-8") + '\nmine = "one"\n', encoding="utf-8")
    assert listed(edited) == {**listed(FILE), "mine": "one"}


def test_the_shipped_phrases_are_the_territories() -> None:
    whole = index_over(shipped_phrases())
    shipped = standard_index()
    assert shipped.stated.keys() | shipped.shipped.keys() == whole.stated.keys()
    assert all(shipped.entries(stem) == whole.entries(stem) for stem in whole.stated)


def test_what_was_learned_is_read_as_it_was_counted() -> None:
    whole = learned_of(json.loads(LEARNED.read_bytes()))
    shipped = learned()
    assert {stem: shipped.counts[stem] for stem in shipped.counts} == whole.counts
    assert (list(shipped.totals.items()), shipped.harmful) == (
        list(whole.totals.items()),
        whole.harmful,
    )


def test_phrases_under_other_counts_are_out_of_date() -> None:
    assert packed("other counts") is None


def test_what_a_team_adds_stands_beside_what_is_shipped() -> None:
    index = index_of([Sibling("ledger", "ledgers", objects=("ledger entry", "drift alert"))])
    found = find(stems("the ledger entry and the drift alert"), index)
    assert [one.phrase for one in found] == ["ledger entry", "drift alert"]
    assert {"ledger", "mlops-engineer"} <= found[1].counts.keys()


def test_a_phrase_with_a_second_gap_is_an_error_of_the_list() -> None:
    path = Path("some-list.toml")

    assert listed_phrases("rotate ~ keys, siem,\n scan", path) == ("rotate ~ keys", "siem", "scan")
    with pytest.raises(VocabularyError, match="scan ~ images ~ holes"):
        listed_phrases("siem, scan ~ images ~ holes", path)
