"""The short way to a decision says what the whole one says."""

from __future__ import annotations

import json
from pathlib import Path

from mlops_agent.cli.route import exit_of
from mlops_agent.cli.route_view import short_view, view
from mlops_agent.contracts.request import Request
from mlops_agent.handoffs.announcing import announced
from mlops_agent.handoffs.routing import routed
from mlops_agent.vocabulary.siblings import Sibling, standard_roster

REQUESTS = Path(__file__).parents[2] / "evals" / "routing" / "fit.jsonl"
EVERY = 9
HIDDEN = "Roll back the model\u200b and rotate the keys of the bucket."
SECRET = "Deploy the model with the token ghp_a8Fk29dLs02jfKq82JdhsQ01mZxyWvUtSr31."


def requests() -> list[str]:
    lines = REQUESTS.read_text(encoding="utf-8").splitlines()[::EVERY]
    return [*(json.loads(line)["text"] for line in lines), HIDDEN]


def test_what_is_shown_and_the_exit_code_are_those_of_the_route() -> None:
    seen: set[str] = set()
    for text in requests():
        short, whole = announced(text, standard_roster()), routed(Request(text=text))
        assert short is not None
        for quiet in (False, True):
            assert short_view(short, quiet=quiet) == view(whole, "text", quiet=quiet, verbose=False)
        assert exit_of(short.decided) == exit_of(whole)
        seen.add(whole.decision)
    assert seen >= {"accept", "handoff", "split", "decline"}


def test_a_skill_of_the_team_is_named_by_both() -> None:
    text = "Repair the invoice run of March, and rotate the keys of the bucket."
    roster = [*standard_roster(), Sibling("billing", "invoices", objects=("invoice run",))]
    short, whole = announced(text, roster), routed(Request(text=text), roster)
    assert short is not None
    assert short_view(short, quiet=False) == view(whole, "text", quiet=False, verbose=False)
    assert [one.receiver for one in short.packets] == ["billing", "security-engineer"]


def test_a_request_with_secrets_takes_the_whole_way() -> None:
    assert announced(SECRET, standard_roster()) is None
