"""The roster and the territories as data: sound, whole, and telling their own examples apart."""

from __future__ import annotations

import pytest

from mlops_agent.boundary.phrases import find, standard_index
from mlops_agent.boundary.routing import route_text
from mlops_agent.boundary.stemming import stem, stems
from mlops_agent.contracts.handoff import OURS
from mlops_agent.vocabulary.siblings import Sibling, ours, siblings, standard_roster
from mlops_agent.vocabulary.territories import territories

EVERYBODY = (ours(), *siblings())


def test_seven_siblings_stand_in_every_roster_and_one_only_where_it_is_named() -> None:
    assert len(standard_roster()) == 7
    assert [one.name for one in siblings() if one.optional] == ["devops-platform-engineer"]
    assert OURS not in {one.name for one in siblings()}


@pytest.mark.parametrize("sibling", EVERYBODY, ids=lambda one: one.name)
def test_an_entry_has_a_territory_eight_examples_and_near_misses(sibling: Sibling) -> None:
    assert sibling.territory
    assert len(sibling.examples) >= 8
    assert len(sibling.near_misses) >= 3
    assert all(near.owner != sibling.name for near in sibling.near_misses)


def test_each_skill_has_its_words_and_nobody_has_some_too() -> None:
    names = {one.name for one in territories()}
    assert names == {"nobody", *(one.name for one in EVERYBODY)}
    assert all(len(one.phrases["decides"]) >= 100 for one in territories())


def test_no_phrase_stands_twice_in_a_territory() -> None:
    for territory in territories():
        phrases = [phrase for listed in territory.phrases.values() for phrase in listed]
        assert len(phrases) == len(set(phrases)), territory.name


@pytest.mark.parametrize("sibling", EVERYBODY, ids=lambda one: one.name)
def test_examples_and_near_misses_go_to_whom_the_roster_says(sibling: Sibling) -> None:
    wanted = [(text, sibling.name) for text in sibling.examples]
    wanted += [(near.text, near.owner) for near in sibling.near_misses]
    found = [(text, route_text(text, siblings()).targets) for text, _ in wanted]
    missed = [
        text
        for (text, targets), (_, owner) in zip(found, wanted, strict=True)
        if targets != ([owner] if owner else [])
    ]
    assert len(missed) <= 1, missed


def test_the_longest_phrase_hides_what_it_contains() -> None:
    found = find(stems("the container registry, and not ours of models"), standard_index())
    phrases = {one.phrase for one in found}
    assert "container registry" in phrases
    assert "registry" not in phrases


def test_a_phrase_with_a_gap_is_found_in_either_order_and_not_too_far_apart() -> None:
    def owners(text: str) -> set[str]:
        found = find(stems(text), standard_index())
        return {owner for one in found if " ~ " in one.phrase for owner in one.counts}

    assert OURS in owners("roll the old fraud model back: roll back that model")
    assert OURS not in owners("roll back one two three four five six seven model")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("promotes", "promotion"),
        ("retraining", "retrained"),
        ("policies", "policy"),
        ("Schlüssel", "schlussel"),
        ("canaries", "canary"),
    ],
)
def test_inflections_have_one_stem(one: str, other: str) -> None:
    assert stems(one) == [stem(other)]


def test_an_entry_of_the_users_own_is_found_by_its_objects() -> None:
    own = Sibling("billing-team", "the ledger of invoices", objects=("invoice ledger",))
    roster = (*standard_roster(), own)
    routing = route_text("The invoice ledger books some invoices twice.", roster)
    assert (routing.decision, routing.targets) == ("handoff", ["billing-team"])
    standard = {one.phrase for one in find(stems("invoice ledger"), standard_index())}
    assert "invoice ledger" not in standard


def test_platform_work_goes_to_its_skill_only_where_the_roster_has_it() -> None:
    text = "terraform plan wants to change a VPC that nobody touched."
    assert route_text(text).targets == ["systems-engineer"]
    assert route_text(text, siblings()).targets == ["devops-platform-engineer"]


def test_an_owner_that_the_roster_lacks_is_named_and_said_to_be_missing() -> None:
    roster = [one for one in standard_roster() if one.name != "qa-engineer"]
    routing = route_text("Write the test plan for the next release of the mobile app.", roster)
    assert routing.targets == ["qa-engineer"]
    assert any("qa-engineer is not on the roster" in note for note in routing.notes)
