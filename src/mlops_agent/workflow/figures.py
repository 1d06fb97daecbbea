"""The figures that a plan is computed from: what the request and the answers say, with its place.

An answer counts before the request, since it was given later. Where a text says the same kind of
amount twice, the first stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mlops_agent.contracts.gates import Evidence
from mlops_agent.workflow.amounts import amounts

HINTS = {
    "label-delay": "labels after: ",
    "latency": "p95 latency: ",
    "availability": "availability: ",
    "rollback-time": "roll back within ",
    "retention": "kept for ",
    "holdout": "holdout of ",
    "rollout": "canary at ",
}
"""What an answer to one question is an amount of, where it is a bare number."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One amount (see `Amount` for its unit) and where it is said."""

    kind: str
    value: float
    evidence: Evidence
    sign: str = ""


def read_figures(text: str, answers: Mapping[str, str]) -> dict[str, Figure]:
    """The figures by kind. `answers` are by the id of a question, or the slot that it settles."""
    found: dict[str, Figure] = {}
    for name, answer in answers.items():
        hint = HINTS.get(name, "")
        for amount in amounts(hint + answer):
            start, end = max(amount.start - len(hint), 0), amount.end - len(hint)
            place = Evidence(
                source="answer", text=answer[start:end], start=start, end=end, answer=name
            )
            found.setdefault(amount.kind, Figure(amount.kind, amount.value, place, amount.sign))
    for amount in amounts(text):
        start, end = amount.start, amount.end
        place = Evidence(source="request", text=text[start:end], start=start, end=end)
        found.setdefault(amount.kind, Figure(amount.kind, amount.value, place, amount.sign))
    return found
