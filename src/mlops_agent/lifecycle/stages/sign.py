"""One reason to call a file an asset of a stage."""

from __future__ import annotations

from dataclasses import dataclass

from mlops_agent.contracts.lifecycle import Confidence, Stage


@dataclass(frozen=True, slots=True, order=True)
class Sign:
    """The place (1-based lines) in `path` where work of `stage` is done or declared.

    `kind` is the sort of place ("call", "object", "command", "file", "dvc-stage", "step"), `tool`
    the framework, `name` what a person would call it. `weak` signs count beside others only;
    `scope` is the function that a call stands in.
    """

    path: str
    stage: Stage
    line: int
    end_line: int
    kind: str
    tool: str
    name: str
    does: str
    confidence: Confidence
    weak: bool = False
    scope: str = ""
