"""What mitigates goes first, and what the caller puts first before that; plans mitigate nothing."""

from __future__ import annotations

import pytest

from mlops_agent.boundary.routing import route_text

OURS = "mlops-engineer"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (
            "Fraud scorer v41 is declining every third card. Get v40 back in front of traffic now. "
            "Separately I need a postmortem opened for this, with a timeline.",
            OURS,
        ),
        (
            "Rework the escalation of the paging section. Alias `prod` of the tariff model points "
            "to a version that never passed; move it to the last one that did, before anything "
            "else.",
            OURS,
        ),
        (
            "The deploy key of our registry is public. Revoke and rotate the key. Then verify the "
            "hashes of every production model against its training run.",
            "security-engineer",
        ),
        (
            "Roll back the fraud model to v40. Also backfill the orders table in Snowflake for the "
            "first quarter.",
            OURS,
        ),
        (
            "Rehearse the rollback of the recommender model in staging, and rehearse incident "
            "command with the on-call group. Both next Thursday.",
            "",
        ),
        (
            "Write the release and rollback plan of the triage model, and set the SLO and the "
            "on-call rota for the launch month.",
            "",
        ),
    ],
)
def test_whose_part_goes_first(text: str, first: str) -> None:
    routing = route_text(text)
    assert len(routing.targets) == 2
    assert routing.first == first
