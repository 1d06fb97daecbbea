"""Needs told in words that no pattern knows, and patterns that the words around belie."""

from __future__ import annotations

import pytest

from mlops_agent.vocabulary.gates import gate_words
from mlops_agent.vocabulary.gates.leaning import START, leaning
from mlops_agent.workflow.knowing import said, spotted
from mlops_agent.workflow.statements import stated


def patterns(text: str) -> set[str]:
    return set(spotted(*stated(text)))


def told(text: str) -> dict[str, str]:
    return {one.slot: one.evidence.text for one in said(text)}


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("Below the line it is re-iced in Nairobi, above it is shipped as it is.", "decision"),
        ("Kerstin's okay is required in the release form.", "approver"),
        ("A parcel forgotten is 45 euros, a second look is 30 cents.", "error-cost"),
        ("Whatever lies outside the range of the probe is left out of the fit.", "data-quality"),
        ("Over six misses a day on the chart and the foreman switches it off.", "tolerance"),
    ],
)
def test_what_no_pattern_knows_is_told_by_its_words(text: str, slot: str) -> None:
    assert slot not in patterns(text)
    assert slot in told(text)


def test_the_place_of_such_a_need_is_the_piece_that_tells_it() -> None:
    text = "It is small; Kerstin's okay is required in the release form; nothing else is settled."
    assert told(text)["approver"] == "Kerstin's okay is required in the release form"


def test_a_pattern_that_the_words_around_belie_is_not_believed() -> None:
    text = "Release of the menu is each Tuesday, and the owner's wife does price rollbacks."
    assert "rollback-time" in patterns(text)
    assert "rollback-time" not in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "Nobody knows who owns it.",
        "We need monitoring and somebody who is called.",
        "Introduce an okay by Kerstin in the release form.",
        "Should Kerstin's okay be required in the release form?",
    ],
)
def test_who_speaks_of_a_gate_has_not_answered_it(text: str) -> None:
    assert told(text) == {}


def test_beside_a_piece_of_its_gate_less_is_enough() -> None:
    alone = "Two a day and it is returned, 380 each."
    first = "An alarm in vain costs us a technician's evening."
    assert not told(alone).keys() >= {"error-cost"}
    assert "error-cost" in told(f"{alone} {first}")


def test_every_need_that_is_weighed_is_one_of_ours() -> None:
    slots = set(gate_words().slots)
    assert all(set(needs) <= slots for needs in leaning().weights.values())
    assert {name for sets in gate_words().enough.values() for one in sets for name in one} <= set(
        leaning().weights[START]
    )
