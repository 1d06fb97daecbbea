"""A tree that is taken over from the call before is the tree that git would take."""

from __future__ import annotations

from pathlib import Path

from engine_lab import LEAVE, Scripted, call, run_scripted, turn

from mlops_agent.workspace.stamp import SETTLED_NS

QUIET = f"sleep {SETTLED_NS / 1e9 + 0.2}"


def test_quiet_calls_keep_the_tree_and_a_change_of_the_same_size_is_seen(repo: Path) -> None:
    size = (repo / "README.md").stat().st_size
    commands = [
        QUIET,
        "cat README.md",
        f"head -c {size} /dev/zero | tr '\\0' x > README.md",
        "true",
    ]
    turns = [turn(call(n, "Bash", command=command)) for n, command in enumerate(commands)]
    driver = Scripted(*turns, LEAVE)
    run_scripted(repo, driver)
    first, quiet, changed, after, end = (result.tree_hash for result in driver.results())
    assert first == quiet != changed
    assert changed == after == end
