"""Whatever a request says, its packets fit and hold no secret."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from packet_lab import packed

from mlops_agent.contracts.handoff import MOST_BYTES, Artifact, Fact
from mlops_agent.contracts.request import Context, Request
from mlops_agent.contracts.routing import Ask, Routing
from mlops_agent.handoffs.packing import Known
from mlops_agent.handoffs.routing import routed
from mlops_agent.handoffs.sizing import size
from mlops_agent.vocabulary.siblings import standard_roster

SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
ROTATE = "Rotate the IAM keys of the bucket."
FACTS = tuple(
    Fact(claim=f"Line {number} of a/b.yaml reads `x`.", evidence=[f"line:a/b.yaml:{number}"])
    for number in range(1, 9)
)
KNOWN = Known("c" * 40, FACTS, (Artifact(uri="a/b.yaml@" + "c" * 40, sha256="0" * 64),))
_CHARACTERS = st.characters(codec="utf-8", exclude_characters="\0")
_TEXTS = st.text(_CHARACTERS, min_size=1, max_size=400).flatmap(
    lambda text: st.sampled_from([1, 3, 40]).map(lambda times: text * times)
)


def to_all(text: str) -> Routing:
    """Every line to every sibling, as uncertain as can be."""
    names = [one.name for one in standard_roster()]
    asks: list[Ask] = []
    start = 0
    for line in text.splitlines(keepends=True)[:60]:
        if line.strip():
            asks += [_ask(line, start, name) for name in names]
        start += len(line)
    return Routing(decision="split", targets=names, asks=asks, first=names[0])


def _ask(line: str, start: int, owner: str) -> Ask:
    return Ask(
        text=line, start=start, end=start + len(line), verb=line[:9], object=line, owner=owner,
        decision="handoff", confidence=0.1, why=line,
    )  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(_TEXTS)
@example("\x00\x01" * 4000)
@example("\n".join(["do it"] * 500))
@example("\U0001f600" * 3000)
@example('"\\' * 5000)
def test_packets_of_any_text_fit(text: str) -> None:
    for packet in packed(to_all(text), text, lambda *_: KNOWN):
        assert size(packet) <= MOST_BYTES
        assert all(text[one.start : one.end] == one.text for one in packet.spans)
        assert bool(packet.spans) == bool(text.strip() and text.splitlines()[0:60])


@settings(max_examples=20, deadline=None)
@given(_TEXTS, st.booleans())
def test_no_packet_and_no_route_holds_a_planted_secret(text: str, ahead: bool) -> None:
    planted = f"the token is {SECRET} here"
    parts = [planted, ROTATE, text] if ahead else [text, ROTATE, planted]
    route = routed(Request(text="\n".join(parts), context=Context(task_id=SECRET)))
    assert SECRET not in route.to_json()
    assert all(size(one) <= MOST_BYTES for one in route.handoffs)


def test_the_secret_of_a_request_is_counted_and_told() -> None:
    route = routed(Request(text=f"{ROTATE} The old token is {SECRET}."))
    (packet,) = route.handoffs
    assert packet.redactions >= 1
    assert any("blanked" in one for one in route.notes)
    assert packet.request_verbatim.startswith(ROTATE)


def test_the_request_gives_way_before_the_facts_do() -> None:
    text = "rotate the keys\n" + "Background of no use. " * 300
    routing = Routing(
        decision="handoff",
        targets=["security-engineer"],
        asks=[_ask("rotate the keys", 0, "security-engineer")],
    )
    (packet,) = packed(routing, text, lambda *_: KNOWN)
    assert len(packet.facts) == len(FACTS)
    assert packet.request_verbatim.startswith(text[:700])
    assert size(packet) > MOST_BYTES - 100


def test_facts_go_with_the_files_that_only_they_stand_in() -> None:
    many = tuple(
        Fact(claim=f"Line 1 of f{n}.yaml reads `{'x' * 300}`.", evidence=[f"line:f{n}.yaml:1"])
        for n in range(12)
    )
    files = tuple(Artifact(uri=f"f{n}.yaml@{'c' * 40}", sha256="0" * 64) for n in range(12))
    (packet, _) = packed(know=lambda *_: Known("c" * 40, many, files))
    assert 0 < len(packet.facts) < len(many)
    assert len(packet.artifacts) == len(packet.facts)


@pytest.mark.parametrize("number", [20, 200])
def test_what_is_left_out_of_a_long_list_is_said(number: int) -> None:
    text = "\n".join(f"Rotate the key {n} of the {'long ' * 9}store" for n in range(number))
    packet = packed(to_all(text), text)[0]
    assert packet.remaining[-1].endswith("more left out: ask the sender]")
