"""The benchmark of the sandbox runs on a few rounds, and tells what was measured of whom."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import sandbox_overhead


@pytest.mark.sandbox
def test_the_overhead_is_told_for_each_kind_of_user() -> None:
    found = sandbox_overhead.figures(rounds=2)
    overheads = [one for one in found if one.name.startswith("overhead")]
    assert overheads[0].measured.endswith(" ms")
    assert "an ordinary user" in overheads[-1].name
    assert len(overheads) <= 1 + (os.geteuid() == 0)
    assert any("4000 files" in one.name for one in found)
