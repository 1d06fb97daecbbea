"""The labelled requests stay as well routed as they were, those that nobody reads too."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

ROUTING = Path(__file__).resolve().parents[2] / "evals" / "routing"
sys.path.insert(0, str(ROUTING))

from fit import FIT, as_text, counted  # noqa: E402
from labelled import judge, load  # noqa: E402
from score_routing import figures  # noqa: E402

from mlops_agent.boundary.leaning import FILE  # noqa: E402

STRICT = 0.95


def test_the_fit_half_is_routed_as_it_was() -> None:
    found = figures(judge(load(FIT)))
    assert found["strict"].share >= STRICT
    assert found["wrongly accepted, of what is not ours"].share <= 0.03
    assert found["decline: found (recall)"].share >= 0.9
    assert found["split: found (recall)"].share >= 0.85


@pytest.mark.parametrize(("name", "strict"), [("held_out", 0.89), ("held_out_fresh", 0.91)])
def test_what_nobody_reads_is_routed_as_it_was(name: str, strict: float) -> None:
    found = figures(judge(load(ROUTING / f"{name}.jsonl")))
    assert found["strict"].share >= strict
    assert found["wrongly accepted, of what is not ours"].share <= 0.03
    assert found["decline: found (recall)"].share >= 0.85
    assert found["split: found (recall)"].share >= 0.8


def test_what_is_shipped_is_what_the_fit_writes() -> None:
    shipped = FILE.read_text(encoding="utf-8")
    assert json.loads(shipped) == json.loads(as_text(counted(load(FIT))))
