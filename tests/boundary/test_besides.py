"""A second matter that is told beside an ask, and items that speak for themselves."""

from __future__ import annotations

import pytest

from mlops_agent.boundary.adding import brings_up, parts_of
from mlops_agent.boundary.cutting import read_request
from mlops_agent.boundary.routing import route_text

OURS = "mlops-engineer"
SECOND = (
    (
        "Roll the fraud model back to version 7. Separately, the Terraform state of the staging "
        "cluster needs locking.",
        {OURS, "devops-platform-engineer"},
    ),
    (
        "Set up a canary for the churn model. Also the checkout UI has no end-to-end tests.",
        {OURS, "qa-engineer"},
    ),
    (
        "Please:\n- define SLOs and burn-rate alerts for the login API\n"
        "- the Airflow ingestion DAG drops partitions, backfill them",
        {"sre-engineer", "data-engineer"},
    ),
)


@pytest.mark.parametrize(("text", "targets"), SECOND)
def test_a_second_matter_has_its_own_owner(text: str, targets: set[str]) -> None:
    owners = set(route_text(text).targets)
    instead = {"systems-engineer" if one == "devops-platform-engineer" else one for one in targets}
    assert owners == instead


@pytest.mark.parametrize(
    "text",
    [
        "Roll the fraud model back to version 7. The Airflow DAG had loaded empty partitions.",
        "Set up a canary for the churn model. Also, the warehouse tables are fine and unchanged.",
        "Please:\n- retrain the churn model on the new data\n- gate it against the champion",
    ],
)
def test_what_explains_an_ask_is_none_of_its_own(text: str) -> None:
    assert route_text(text).targets == [OURS]


def test_a_lack_brings_a_matter_up_and_what_is_settled_does_not() -> None:
    assert brings_up("the belt UI has no tests", ". ")
    assert brings_up("alerts at night", ". Separately, ")
    assert not brings_up("the belt UI was rewritten in May", ". ")
    assert not brings_up("the warehouse is fine", ". Also ")


def test_parts_are_items_and_what_is_brought_up_apart() -> None:
    text = "Fix the gate. Separately, mend the build."
    assert list(parts_of(text, [(0, len(text), False)])) == [(0, 14), (14, len(text))]
    assert list(parts_of(text, [(0, 13, False)])) == []
    assert list(parts_of(text, [(0, 13, True)])) == [(0, 13)]


def test_what_is_asked_is_not_told_beside() -> None:
    reading = read_request("Fix the gate.\nPS: also mend the build, it lacks a cache.")
    spans = {(one.start, one.end) for one in reading.cuts}
    assert spans.isdisjoint((one.start, one.end) for one in reading.beside)
