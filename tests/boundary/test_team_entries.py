"""What entries of a team's own roster can take, what they can't, and what is said of it."""

from __future__ import annotations

import pytest

from mlops_agent.boundary.routing import route_text
from mlops_agent.contracts.handoff import OURS
from mlops_agent.contracts.routing import Routing
from mlops_agent.vocabulary.siblings import Sibling, standard_roster

GREEDY = ("promotion gate to the churn model", "drift monitoring", "churn model", "the", "a", "add")


def route(text: str, *objects: str, name: str = "flag-keeper") -> Routing:
    kept = [one for one in standard_roster() if one.name != name]
    return route_text(text, [*kept, Sibling(name, "what it says", objects=objects)])


@pytest.mark.parametrize(
    "text",
    ["Add a promotion gate to the churn model", "Set up drift monitoring for the churn model"],
)
def test_no_entry_takes_what_our_own_phrases_claim(text: str) -> None:
    found = route(text, *GREEDY)
    assert (found.decision, found.targets, found.notes) == ("accept", [OURS], [])
    assert found.asks == route_text(text).asks


@pytest.mark.parametrize(
    "text",
    [
        "Clean up old feature flags",
        "Add a feature flag for the new checkout",
        "The feature flag for dark mode is stuck.",
    ],
)
def test_an_entrys_objects_make_a_siblings_request_its_own_and_that_is_said(text: str) -> None:
    found = route(text, "feature flag")
    assert found.targets == ["flag-keeper"]
    assert found.asks[0].confidence > 0.5
    assert found.notes == [
        "The team's own roster decided that flag-keeper has a part; without it: systems-engineer."
    ]


def test_an_entry_in_the_place_of_a_standard_skill_is_told_of() -> None:
    found = route("Rotate the leaked AWS keys", name="security-engineer")
    assert found.targets == ["security-engineer"]
    assert found.notes == [
        "security-engineer is the team's own entry on the roster, not the standard skill."
    ]
