"""Whose a document is: its kind decides, not its topic; and verbs with their particle apart."""

from __future__ import annotations

import pytest

from mlops_agent.boundary.routing import route_text


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("Write a runbook for the Kafka consumer", "sre-engineer"),
        ("Write a runbook for the dbt job that loads the orders", "sre-engineer"),
        (
            "Please prepare a postmortem of the failed migration of the order service",
            "sre-engineer",
        ),
        ("Write a runbook for the checkout service. The api key is in Vault.", "sre-engineer"),
        ("Write a test plan for the order service migration", "qa-engineer"),
        ("Threat model for the order service's architecture with kafka", "security-engineer"),
        ("Migrate the order service as its runbook says", "systems-engineer"),
    ],
)
def test_the_kind_of_a_document_decides(text: str, owner: str) -> None:
    assert route_text(text).targets == [owner]


@pytest.mark.parametrize(
    "text",
    [
        "roll the model back",
        "Can we roll the model back?",
        "The order service is fine. Roll the model back.",
        "While the SRE team is busy with the incident, roll the model back",
    ],
)
def test_a_particle_behind_the_object_belongs_to_the_verb(text: str) -> None:
    assert route_text(text).targets == ["mlops-engineer"]
    assert '"roll back' in route_text(text).asks[0].why


def test_a_service_is_rolled_back_by_whose_it_is() -> None:
    assert route_text("roll the service back").targets == ["systems-engineer"]
