"""Second owners: pieces of a request, their signs, and the asks that come of them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from mlops_agent.boundary.cutting import read_request
from mlops_agent.boundary.pieces import CLAUSE, MOST_PIECES, PHRASE, SENTENCE, parts, told_in, whole
from mlops_agent.boundary.routing import decided_on, route_text
from mlops_agent.boundary.seconds import by_size, chance_of, counted, weights
from mlops_agent.boundary.signs import signs_of
from mlops_agent.vocabulary.siblings import Sibling, standard_roster

OURS = "mlops-engineer"
TEXT = "Promote v14 and watch it; the bucket is open to all, because nobody closed it (close it)."


def _pieces(text: str) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for told in told_in(text, read_request(text).blocks):
        sentence = whole(told)
        assert sentence is not None
        found += [(one.size, text[slice(*one.span)]) for one in (sentence, *parts(told, sentence))]
    return found


def test_a_sentence_is_taken_in_three_sizes_and_each_stretch_once() -> None:
    found = _pieces(TEXT)
    assert found[0] == (SENTENCE, TEXT.removesuffix("."))
    assert (CLAUSE, "because nobody closed it") in found
    assert (CLAUSE, "close it") in found
    assert (PHRASE, "and watch it") in found
    assert len({said for _, said in found}) == len(found)


def test_of_a_sentence_without_end_only_so_many_pieces_are_looked_at() -> None:
    text = "Retrain the ranker" + ", backfill the mart " * 400
    assert MOST_PIECES < len(_pieces(text)) <= MOST_PIECES + 2


def test_signs_tell_how_a_piece_is_put_and_not_what_it_is_about() -> None:
    text = "Retrain the ranker. Also the warehouse was reloaded already."
    _, second = told_in(text, read_request(text).blocks)
    piece = whole(second)
    assert piece is not None
    names = {name for name, _ in signs_of(text, piece, frozenset({"was", "already"}))}
    assert {"more", "settled", "last", "word was", "verb was", "opens 0 *"} <= names
    assert not any("warehouse" in name for name in names)


def test_a_size_without_pieces_counts_as_the_one_above() -> None:
    assert by_size([(SENTENCE, 1.0), (PHRASE, -2.0)]) == [1.0, 1.0, -2.0, 1.0, -2.0, 1.0]
    assert by_size([(CLAUSE, 0.5)])[0] < 0.5


def test_more_that_speaks_for_a_part_makes_it_likelier() -> None:
    signs, sizes = {"": -1.0, "asked": 2.0}, [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    low, high = (counted(one, signs) for one in ([], [("asked", 1.0), ("unseen", 9.0)]))
    assert (low, high) == (-1.0, 1.0)
    assert chance_of([(SENTENCE, low)], sizes) < 0.5 < chance_of([(SENTENCE, high)], sizes)


def test_what_was_learned_names_signs_that_pieces_have() -> None:
    text = "Please retrain the churn model. The data team has reloaded the mart, thanks."
    known = weights()
    for told in told_in(text, read_request(text).blocks):
        piece = whole(told)
        assert piece is not None
        names = {name for name, _ in signs_of(text, piece, known.words)}
        assert len(names & known.signs.keys()) > len(names) / 2


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        (
            "can u get v14 of the churn xgb promoted in mlflow pls (also the s3 bucket is open"
            " to every role, someone needs to write a least-privilege policy)",
            {OURS, "security-engineer"},
        ),
        (
            "model card for the churn model + on-call rota for the shop",
            {OURS, "sre-engineer"},
        ),
        (
            "Retrain the tenant-risk model. The flaky Cypress tests were repaired by QA last week.",
            {OURS},
        ),
    ],
)
def test_a_second_owner_is_one_who_is_asked_for_something(text: str, owners: set[str]) -> None:
    assert set(route_text(text).targets) == owners


def test_an_ask_keeps_what_is_not_the_second_owners() -> None:
    text = "Promote v14 of the churn model (also the bucket is open to every role, someone needs"
    text += " to write a least-privilege policy)."
    asks = decided_on(text).asks
    assert [text[one.start : one.end] for one in asks] == [one.text for one in asks]
    assert all(one.end <= other.start for one, other in pairwise(asks))
    assert {one.owner for one in asks} == {OURS, "security-engineer"}


def test_a_sentence_that_orders_is_kept_however_little_its_words_say() -> None:
    routing = route_text(
        "Backfill the orders table in Snowflake from the CDC stream. Write a runbook for search."
    )
    assert set(routing.targets) == {"data-engineer", "sre-engineer"}


def test_what_stays_untouched_is_no_part_of_a_request() -> None:
    routing = route_text(
        "Gate model `eta` so that a release is refused when p95 inference is above 80 ms. "
        "SLO documents stay untouched."
    )
    assert list(routing.targets) == [OURS]


@pytest.mark.parametrize(
    "second",
    [
        "Please write a runbook for search.",
        "Then write a runbook for search.",
        "Could you write a runbook for search?",
    ],
)
def test_politeness_does_not_decide_whether_an_order_is_kept(second: str) -> None:
    routing = route_text(f"Backfill the orders table in Snowflake from the CDC stream. {second}")
    assert "sre-engineer" in routing.targets


def test_an_owner_beyond_what_is_looked_at_in_pieces_is_not_put_in_doubt() -> None:
    padding = "It is fine. " * 125
    routing = route_text(
        f"Please promote v14 of the churn model and roll it out. {padding}"
        "Also, could you have the S3 bucket keys rotated?"
    )
    assert set(routing.targets) == {OURS, "security-engineer"}


def test_an_entry_of_the_teams_own_is_not_put_in_doubt() -> None:
    own = Sibling("data-engineer", "ledgers", objects=("sticker ledger",))
    roster = [*(one for one in standard_roster() if one.name != own.name), own]
    routing = route_text(
        "Promote v14 of the churn model. We also need the sticker ledger tidied.", roster
    )
    assert set(routing.targets) == {OURS, "data-engineer"}
