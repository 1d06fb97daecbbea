"""What is beyond the limits of reading: told, and no owner loses a packet over it."""

from __future__ import annotations

from mlops_agent.boundary.cutting import HEAD, MOST_CUTS, TAIL, read_request
from mlops_agent.boundary.routing import route_text

MANY = "\n".join(f"{n}. Add a drift monitor for model m{n}." for n in range(1, MOST_CUTS + 1))
FILLER = "It is so. "


def test_owners_of_asks_beyond_the_limit_are_targets_and_the_rest_is_told() -> None:
    text = f"{MANY}\n41. Backfill the orders table.\n42. Rotate the AWS keys.\n43. Rotate the keys."
    routing = route_text(text)
    assert routing.targets == ["mlops-engineer", "data-engineer", "security-engineer"]
    assert len(routing.asks) == MOST_CUTS + 2
    assert any(f"3 things more than the {MOST_CUTS}" in note for note in routing.notes)
    assert all(text[ask.start : ask.end] == ask.text for ask in routing.asks)


def test_a_middle_that_is_not_read_is_told() -> None:
    long = f"Add a drift monitor. {FILLER * 900} Backfill the orders table. {FILLER * 500}"
    reading = read_request(long)
    assert HEAD + TAIL + reading.unread == len(long)
    assert any("were not read" in note for note in route_text(long).notes)


def test_within_the_limits_nothing_is_told() -> None:
    assert route_text(MANY).notes == []
    assert read_request(MANY).unread == 0
