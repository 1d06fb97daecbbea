"""The stage that the live view shows: every tool has its place, and no run goes back."""

from __future__ import annotations

import pytest

from mlops_agent.cli.run_stages import KNOWN, RunStage, stage_after
from mlops_agent.contracts.request import Request
from mlops_agent.engine.toolbox import toolbox
from mlops_agent.tools.desk import Desk


def test_every_tool_has_a_stage() -> None:
    # Only the names are asked for, so there is nothing behind the desk.
    desk = Desk(request=Request(text="x"), survey=None, accept=None, answers={})  # type: ignore[arg-type]
    assert set(toolbox(desk)) <= KNOWN


@pytest.mark.parametrize(
    ("tools", "stage"),
    [
        ("Lifecycle Risks", "mapping"),
        ("Lifecycle Read Grep Bash", "reading"),
        ("Read Declare Read Grep", "declared"),
        ("Read Declare Edit Read", "editing"),
        ("Declare Edit Bash", "proving"),
        ("Declare Edit Probe Read", "proving"),
        ("Declare Edit Probe Edit", "editing"),
        ("Declare Edit Probe Report Read", "reporting"),
        ("Read Unheard Of", "reading"),
    ],
)
def test_stages_follow_the_tools(tools: str, stage: RunStage) -> None:
    now: RunStage = "mapping"
    for tool in tools.split():
        now = stage_after(now, tool)
    assert now == stage
