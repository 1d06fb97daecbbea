"""The roster of a team: what its settings add and leave out, and each mistake in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlops_agent.contracts.request import Request
from mlops_agent.errors import BadInputError
from mlops_agent.handoffs.roster import roster_at, roster_of
from mlops_agent.handoffs.routing import routed
from mlops_agent.settings.loading import parse_settings
from mlops_agent.vocabulary.siblings import standard_roster

BILLING = {
    "name": "billing-engineer",
    "territory": "invoices and dunning",
    "objects": ["invoice run", "dunning letter"],
    "examples": ["The invoice run of March is missing forty customers."],
    "near-misses": ["Retrain the model that predicts late payment."],
}
STANDARD = [one.name for one in standard_roster()]


def names(roster: object) -> list[str]:
    settings = parse_settings({"roster": roster}, "mlops-agent.yaml")
    return [one.name for one in roster_of(settings)]


def test_without_a_word_the_standard_roster_counts() -> None:
    assert len(STANDARD) == 7
    assert names({}) == STANDARD


def test_the_name_alone_switches_an_optional_skill_on() -> None:
    assert names({"add": [{"name": "devops-platform-engineer"}]}) == [
        *STANDARD,
        "devops-platform-engineer",
    ]


def test_a_skill_of_the_teams_own_gets_its_work() -> None:
    settings = parse_settings({"roster": {"add": [BILLING]}}, "mlops-agent.yaml")
    asked = Request(text="Please repair the invoice run of March.")
    assert routed(asked, roster_of(settings)).targets == ["billing-engineer"]
    assert routed(asked).targets != ["billing-engineer"]


def test_a_standard_skill_is_replaced_where_it_is_left_out() -> None:
    own = {"name": "qa-engineer", "territory": "everything that is tested"}
    settings = parse_settings(
        {"roster": {"leave-out": ["qa-engineer"], "add": [own]}}, "mlops-agent.yaml"
    )
    (qa,) = [one for one in roster_of(settings) if one.name == "qa-engineer"]
    assert qa.territory == "everything that is tested"


@pytest.mark.parametrize(
    ("roster", "said"),
    [
        ({"add": [BILLING, BILLING]}, "add names billing-engineer twice"),
        ({"leave-out": ["qa-engineer", "qa-engineer"]}, "leave-out names qa-engineer twice"),
        ({"add": [{"name": "qa-engineer", "territory": "x"}]}, "it would be there twice"),
        ({"add": [{"name": "mlops-engineer", "territory": "x"}]}, "our own name"),
        ({"leave-out": ["devops-platform-engineer"]}, "does not have"),
        ({"leave-out": ["qa-enginer"]}, "does not have"),
        ({"add": [{"name": "billing-engineer"}]}, "needs a territory"),
        ({"add": [{"name": "../etc", "territory": "x"}]}, "no skill's name"),
        ({"add": [{"name": "Billing Engineer", "territory": "x"}]}, "no skill's name"),
        ({"add": [{"name": "a" * 65, "territory": "x"}]}, "no skill's name"),
        ({"add": [BILLING | {"object": ["x"]}]}, "unknown key roster.add[1].object"),
        ({"add": [BILLING | {"objects": [" "]}]}, "an empty entry"),
        ({"leave_out": ["qa-engineer"]}, "unknown key roster.leave_out"),
        ({"add": "billing-engineer"}, "roster.add"),
    ],
)
def test_a_mistake_is_one_line(roster: object, said: str) -> None:
    with pytest.raises(BadInputError) as caught:
        names(roster)
    message = str(caught.value)
    assert said in message
    assert "\n" not in message + caught.value.hint


def test_the_nearest_name_is_offered() -> None:
    with pytest.raises(BadInputError) as caught:
        names({"leave-out": ["qa-enginer"]})
    assert caught.value.hint == "did you mean qa-engineer?"


def test_the_repository_that_a_folder_lies_in_says_which_roster(tmp_path: Path) -> None:
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    (tmp_path / "mlops-agent.yaml").write_text("roster: {leave-out: [qa-engineer]}\n")
    assert "qa-engineer" in [one.name for one in roster_at(inside)]
    (tmp_path / ".git").mkdir()
    assert "qa-engineer" not in [one.name for one in roster_at(inside)]
