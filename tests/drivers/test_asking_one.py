"""A question about one finding offers it or "no", and the answer is kept to."""

from __future__ import annotations

import json

import pytest

from mlops_agent.contracts.journal import ToolResult
from mlops_agent.drivers.offline.asking import settle
from mlops_agent.drivers.offline.matching import Matched, Tied, Unmatched
from mlops_agent.drivers.offline.steps import Calls
from mlops_agent.tools.risks import ListedFinding

FINDING = ListedFinding(
    fingerprint="0123456789abcdef",
    rule="MON007",
    name="alert-on-absent-metric",
    severity="error",
    confidence="medium",
    boundary="monitor",
    path="alerts.yaml",
    line=5,
    message="Alert asks for churn_total",
    smallest_fix="Name an exported metric.",
    fix="unsafe",
)


def answered(answer: str) -> tuple[list[str], Matched | Unmatched]:
    """The options that were offered, and what came of the answer."""
    asking = settle(Calls(), Tied((FINDING,), named=True, why="it reads like another"))
    turn = next(asking)
    options = turn.calls[0].input["questions"][0]["options"]
    told = json.dumps({"which-finding": answer})
    with pytest.raises(StopIteration) as end:
        asking.send([ToolResult(call="c1", tool="Ask", ok=True, text=told)])
    return options, end.value.value


def test_yes_takes_the_finding_and_no_leaves_it() -> None:
    options, taken = answered("MON007 at alerts.yaml:5")
    assert options == ["MON007 at alerts.yaml:5", "no"]
    assert isinstance(taken, Matched)
    assert taken.findings == (FINDING,)
    left = answered("no")[1]
    assert isinstance(left, Unmatched)
    assert "it is not meant" in left.why
