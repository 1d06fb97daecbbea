"""What words say of whose an ask is, where no phrase does."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mlops_agent.boundary.lexical import FILE, LEVELS, decoded, encoded, features, lexical
from mlops_agent.boundary.stemming import plain_words

ROUTING = Path(__file__).parents[2] / "evals" / "routing"
_SIDE = LEVELS // 2
_LARGEST = 250 * 1024


def _likeliest(text: str) -> str:
    found = lexical(plain_words(text))
    return max(found, key=lambda owner: found[owner])


def test_the_weights_were_learnt_from_the_inputs_that_stand_beside() -> None:
    inputs = (ROUTING / "asks.jsonl").read_bytes() + (ROUTING / "fit.jsonl").read_bytes()
    stated = json.loads(FILE.read_text(encoding="utf-8"))["inputs"]
    assert stated == hashlib.sha256(inputs).hexdigest(), "run evals/routing/train.py"


def test_the_weights_stay_small() -> None:
    assert FILE.stat().st_size < _LARGEST


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("the scorer drifted after the refit, put the former weights back", "mlops-engineer"),
        ("why does the warehouse view show twice the rows since the merge", "data-engineer"),
        ("quarantine the tests that fail one run in six", "qa-engineer"),
        ("play the interviewer and grade my whiteboard sketch", "system-design-interview"),
        ("could you translate a poem for my grandmother", "nobody"),
        ("same as last time please", "unclear"),
    ],
)
def test_words_alone_tell_plain_asks_apart(text: str, owner: str) -> None:
    assert _likeliest(text) == owner


def test_no_word_and_unknown_words_tell_the_same() -> None:
    assert lexical([]) == lexical(["qqqqqqqqq"])


@given(some.text(max_size=200))
def test_shares_sum_to_one_for_any_text(text: str) -> None:
    found = lexical(plain_words(text))
    assert sum(found.values()) == pytest.approx(1.0)
    assert min(found.values()) >= 0.0


@given(some.lists(some.integers(-_SIDE, _SIDE), max_size=20))
def test_levels_are_read_as_they_were_written(levels: list[int]) -> None:
    row = encoded(levels)
    assert [one - _SIDE for one in decoded(row)] == levels
    assert json.loads(f'"{row}"') == row


def test_levels_out_of_range_are_cut_off() -> None:
    assert list(decoded(encoded([-1000, 1000]))) == [0, LEVELS - 1]


def test_inflections_and_compounds_share_features() -> None:
    assert features(["promoting"]) & features(["promotion"])
    assert features(["modellregister"]) & features(["modelle"])
