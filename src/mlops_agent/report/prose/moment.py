"""When a command ran: a sentence without a word on it speaks of the change as proposed.

A green test of an earlier state is the quietest false proof, so a command has to have seen the
proposed tree, unless the sentence says that it ran before the change or names the covered files.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mlops_agent.contracts.report import Absent, Assertion, CommandRan, LineSays
from mlops_agent.report.evidence import Evidence
from mlops_agent.report.freshness import seen_by, stale_since
from mlops_agent.report.prose.matching import holds

_BEFORE = re.compile(
    r"\b(before the (?:change|edit|fix)|without the (?:change|fix)|(?:on|in) the (?:base|old)"
    r"|base tree|old tree)\b",
    re.IGNORECASE,
)

_AFTER = re.compile(
    r"\b(after the (?:change|edit|fix)|with the (?:change|fix)|(?:on|in) the (?:proposed|new)"
    r"|proposed tree|new tree|proposal)\b",
    re.IGNORECASE,
)


def moment_problem(text: str, assertions: Sequence[Assertion], evidence: Evidence) -> str:
    """Return which command ran on another state of the files than the sentence suggests."""
    before = _BEFORE.search(text) is not None
    if problem := _tree_problem(text, before, assertions):
        return problem
    for one in assertions:
        if not isinstance(one, CommandRan):
            continue
        if one.covers and all(holds(text, path) for path in one.covers):
            # Said of these files alone, and those are as they are proposed.
            continue
        if problem := ran_problem(one, before, evidence):
            return problem
    return ""


def ran_problem(command: CommandRan, before: bool, evidence: Evidence) -> str:
    """Say how a command that is told of the change, or of the time `before` it, did not see it."""
    if before and seen_by(command.call, evidence) == evidence.base_hash:
        return ""
    problem = stale_since(command.call, evidence.changed, evidence)
    if not problem or before:
        return problem
    said = f"Before the change `{command.command}` exits with code {command.exit_code}."
    return f"{problem}; say so where it ran before the change: {said!r}"


def _tree_problem(text: str, before: bool, assertions: Sequence[Assertion]) -> str:
    """A line or a search of one tree under a sentence that speaks of the other alone."""
    after = _AFTER.search(text) is not None
    trees = {one.tree for one in assertions if isinstance(one, LineSays)}
    trees |= {"base" for one in assertions if isinstance(one, Absent)}
    if before and not after and trees == {"proposed"}:
        return "the sentence speaks of the base, what it asserts is of the proposal"
    if after and not before and trees == {"base"}:
        return "the sentence speaks of the proposal, what it asserts is of the base"
    return ""
