"""The figures of the loop and of the first message come out in a small form, with their names."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import bench_loop
import cache_layout
import first_message
from generated_repo import generate

from mlops_agent.errors import SandboxUnavailableError
from mlops_agent.sandbox.confine import Sandbox

TURNS = 5


def _confined() -> bool:
    try:
        Sandbox.open()
    except SandboxUnavailableError:
        return False
    return True


confined = pytest.mark.skipif(not _confined(), reason="the loop runs its tools in the sandbox")


Runs = dict[tuple[str, str], list[bench_loop.Taken]]


@pytest.fixture(scope="module")
def taken() -> Runs:
    return bench_loop.measure(rounds=1, turns=TURNS, tools=("Bash",))


@confined
def test_the_loop_is_measured_beside_the_tool_runner(taken: Runs) -> None:
    figures = {one.name: one for one in bench_loop.figures_of(taken, TURNS)}
    ratio = figures[f"own CPU of a turn, journal included, {TURNS} turns of Bash"]
    assert "times tool_runner's" in ratio.measured
    for name in ("ours", "tool_runner"):
        row = figures[f"loop: {name}, Bash"].measured
        assert "ms own" in row
        assert "gap median" in row
    assert "MiB" in figures["peak memory of our loop"].measured
    assert "not measured" in figures["beside pydantic-ai"].measured


@confined
def test_each_request_extends_the_one_before(taken: Runs) -> None:
    (ours,) = taken["ours", "Bash"]
    extended, moving, *_ = cache_layout.figures_of(ours.requests, TURNS)
    assert extended.held
    assert extended.measured.startswith(f"{TURNS} of {TURNS}")
    assert "read from the cache" in moving.measured
    assert cache_layout.figures_of([*ours.requests, ours.requests[0]], TURNS + 1)[0].held is False


def test_what_the_cache_serves_is_the_part_that_was_there_before() -> None:
    bodies = [["aaa", "bbb"], ["aaa", "bbb", "ccc"], ["aaa", "xxx", "ccc"]]
    share = cache_layout.moving(bodies)
    assert (share.read, share.written) == (3.0, 5.0)
    assert share.cost == pytest.approx((0.1 * 3 + 1.25 * 5) / 8)
    head = cache_layout.prefix_only(bodies, 1)
    assert (head.read, head.written, head.plain) == (2.0, 1.0, 5.0)


def test_first_messages_are_measured_and_the_fixed_part_too(tmp_path: Path) -> None:
    generate(tmp_path / "owner__ten", ("churn",))
    summary, row, fixed = first_message.figures(tmp_path, fewest=5, most=20)
    assert summary.held
    assert "1 repositories" in summary.measured
    assert row.name == "- owner__ten, 10 files"
    assert "Report" in fixed.measured

    assert first_message.figures(tmp_path, fewest=5, most=20, limit=1)[0].held is False


def test_without_checkouts_the_fixed_part_is_measured_all_the_same() -> None:
    missing, fixed = first_message.figures(None)
    assert missing.held is None
    assert "tools" in fixed.measured


@pytest.mark.parametrize(
    ("ours", "runner", "pydantic_ai", "held"),
    [(9.0, 10.0, 20.0, True), (11.0, 10.0, 30.0, False), (9.0, 10.0, 17.0, False)],
)
def test_the_loop_is_held_to_both_ratios(
    ours: float, runner: float, pydantic_ai: float, held: bool
) -> None:
    names = {"ours": ours, "tool_runner": runner, "pydantic-ai": pydantic_ai}
    taken = {(name, "Read"): [_taken(own)] for name, own in names.items()}
    assert bench_loop.cpu_of(taken, "Read", TURNS).held is held


def test_the_loop_is_held_to_its_memory() -> None:
    for peak, held in ((80.0, True), (100.0, False)):
        assert bench_loop.peak_of({("ours", "Read"): [_taken(1.0, peak)]}).held is held


def _taken(own: float, peak: float = 80.0) -> bench_loop.Taken:
    return bench_loop.Taken(own, 0.0, 1.0, 1.0, peak, peak, [])
