"""What is said of a plan ahead of its gates: how much of it is assumed, and what is open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mlops_agent.contracts.gates import Clarification
from mlops_agent.workflow.deriving.bound import Bound
from mlops_agent.workflow.ground import Ground
from mlops_agent.workflow.owners import named


def notes(
    clarified: Clarification, ground: Ground, bounds: Sequence[Bound], *, read: bool
) -> Iterator[str]:
    """The notes of a plan; `read` tells whether a repository was."""
    assumed = sum(bound.assumed for bound in bounds)
    yield (
        f"{len(bounds) - assumed} of {len(bounds)} thresholds are derived or given, {assumed} "
        "assumed."
    )
    if not read:
        yield "No repository was read: whether a control is already there is not known."
    if not ground.names_metric:
        yield (
            "No metric is named, so nothing can be held against a bound: say which counts, in the "
            "request or as an answer (`objective.metric: recall of at least 0.7`)."
        )
    if not named(ground, "owner"):
        yield (
            "Nobody is named as the owner: a role below with an asterisk, or marked as assumed, "
            "waits for the name of a team."
        )
    if clarified.questions:
        yield _open([one.id for one in clarified.questions])


def _open(ids: Sequence[str]) -> str:
    what = "questions are open" if len(ids) > 1 else "question is open"
    return (
        f"{len(ids)} {what}, neither answered nor declined: {', '.join(ids)}. Until then the plan "
        "is a draft that stands on the defaults; `--answers` takes an answer or `skip` for each, "
        "`--mode one-shot` asks nothing."
    )
