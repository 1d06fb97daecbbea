"""The change held to what was declared and asked: files, budget, one boundary, git's own counts."""

from __future__ import annotations

from itertools import pairwise

from mlops_agent.contracts.change import Declaration
from mlops_agent.contracts.finding import Boundary
from mlops_agent.contracts.report import Change, RunResult
from mlops_agent.contracts.request import Request
from mlops_agent.report.evidence import Evidence
from mlops_agent.report.provenance import provenance_problems
from mlops_agent.workspace.diff import Diff
from mlops_agent.workspace.globs import matches
from mlops_agent.workspace.guarded import is_guarded, why_guarded
from mlops_agent.workspace.snapshot import PATCH


def scope_problems(boundary: Boundary, evidence: Evidence) -> list[str]:
    """Return how the proposed tree goes beyond the last declaration or the caller's request."""
    declarations = evidence.ledger.declarations
    diff = evidence.diff
    if diff is None or not diff.files:
        return ["the run changed nothing"]
    if not declarations:
        return ["the change was never declared"]
    last = declarations[-1]
    problems = _declared_problems(evidence)
    problems += [f"{path} was changed outside the declaration" for path in _outside(evidence)]
    problems += [why_guarded(path) for path in evidence.changed if is_guarded(path)]
    if diff.added + diff.removed > last.line_budget:
        size = diff.added + diff.removed
        problems.append(f"{size} changed lines exceed the declared budget of {last.line_budget}")
    if boundary != last.boundary:
        problems.append(f"the report's boundary {boundary} is not the declared {last.boundary}")
    return problems + _request_problems(diff.added + diff.removed, evidence)


def widens(new: Declaration, earlier: Declaration) -> bool:
    """Whether a declaration takes in more than an earlier one: files, lines, another boundary."""
    return (
        not set(new.files) <= set(earlier.files)
        or new.line_budget > earlier.line_budget
        or new.boundary != earlier.boundary
    )


def change_problems(result: RunResult, evidence: Evidence) -> list[str]:
    """Return what the run's record does not bear out about its result, apart from the claims."""
    problems = provenance_problems(result, evidence)
    if result.outcome != "report":
        return problems
    if result.boundary is None or result.change is None or result.primary_risk is None:
        return [*problems, "a report needs a boundary, a primary risk and a change"]
    problems += scope_problems(result.boundary, evidence)
    if evidence.diff is not None:
        problems += _count_problems(result.change, result.boundary, evidence.diff)
        problems += _droppable_problems(result.change, evidence, evidence.diff)
        problems += _patch_problems(evidence, evidence.diff)
    return problems


def _count_problems(change: Change, boundary: Boundary, diff: Diff) -> list[str]:
    problems: list[str] = []
    if sorted(change.files) != sorted(diff.files):
        problems.append(f"the change is said to touch {change.files}, git says {list(diff.files)}")
    if (change.lines_added, change.lines_removed) != (diff.added, diff.removed):
        problems.append(
            f"the change is said to be +{change.lines_added} -{change.lines_removed},"
            f" git counts +{diff.added} -{diff.removed}"
        )
    if change.boundaries != [boundary]:
        problems.append(f"a change keeps to one boundary, this one names {change.boundaries}")
    return problems


def _droppable_problems(change: Change, evidence: Evidence, diff: Diff) -> list[str]:
    """What the journal does not bear out of the number of hunks that can be dropped.

    Each try leaves a tree of its own, with the probes run on it; the base is the try without the
    only hunk.
    """
    if change.droppable_hunks is None:
        return []
    hunks = sum(line.startswith(b"@@ ") for line in diff.patch.split(b"\n"))
    tried: dict[str, set[str]] = {}
    for run in evidence.ledger.probes.values():
        if run.tree_hash not in (evidence.base_hash, evidence.proposed_hash):
            tried.setdefault(run.tree_hash, set()).add(run.colour)
    green = sum(colours == {"green"} for colours in tried.values())
    if hunks > 1 and len(tried) < hunks:
        return [f"{len(tried)} of {hunks} hunks were tried without; leave droppable_hunks out"]
    if change.droppable_hunks != green:
        return [f"the probes stayed green without {green} hunks, not {change.droppable_hunks}"]
    return []


def _patch_problems(evidence: Evidence, diff: Diff) -> list[str]:
    stored = evidence.stored(PATCH)
    if stored is None:
        return [f"{PATCH} is missing"]
    return [] if stored == diff.patch else [f"{PATCH} is not the diff of the two trees"]


def _declared_problems(evidence: Evidence) -> list[str]:
    steps = enumerate(pairwise(evidence.ledger.declarations), start=2)
    problems = [
        f"declaration {number} gives no reason"
        for number, (earlier, later) in steps
        if widens(later, earlier) and not later.reason.strip()
    ]
    if evidence.ledger.changed_before_declared(evidence.base_hash):
        problems.append("files were changed before anything was declared")
    return problems


def _outside(evidence: Evidence) -> list[str]:
    declared = set(evidence.ledger.declarations[-1].files)
    return [path for path in evidence.changed if path not in declared]


def _request_problems(size: int, evidence: Evidence) -> list[str]:
    started = evidence.ledger.started
    if started is None:
        return []
    request = started.request
    problems: list[str] = []
    if request.line_budget is not None and size > request.line_budget:
        problems.append(f"{size} changed lines exceed the caller's budget {request.line_budget}")
    if request.boundary and request.boundary != evidence.ledger.declarations[-1].boundary:
        problems.append(f"the caller asked for the boundary {request.boundary}")
    problems += [f"the caller did not allow {path}" for path in _not_allowed(request, evidence)]
    return problems


def _not_allowed(request: Request, evidence: Evidence) -> list[str]:
    if not request.allowed_paths:
        return []
    globs = request.allowed_paths
    return [p for p in evidence.changed if not any(matches(p, glob) for glob in globs)]
