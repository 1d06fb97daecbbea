"""The labelled half that routing was fitted on stays as well routed as it was."""

from __future__ import annotations

import json
import sys
from pathlib import Path

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


def test_what_is_shipped_is_what_the_fit_writes() -> None:
    shipped = FILE.read_text(encoding="utf-8")
    assert json.loads(shipped) == json.loads(as_text(counted(load(FIT))))
