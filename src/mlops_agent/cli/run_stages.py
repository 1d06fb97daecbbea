"""Which stage of the work a run is at, told from the tools that its driver uses.

A table with an entry for each tool; a tool that it does not know leaves the stage as it is.
"""

from __future__ import annotations

from typing import Literal

RunStage = Literal["mapping", "reading", "declared", "editing", "proving", "reporting"]

_ALWAYS: dict[str, RunStage] = {
    "Declare": "declared",
    "Edit": "editing",
    "Write": "editing",
    "Probe": "proving",
    "Report": "reporting",
    "HandOff": "reporting",
    "Ask": "reporting",
    "NoChange": "reporting",
}
_BEFORE_THE_CHANGE: dict[str, RunStage] = {
    "Lifecycle": "mapping",
    "Risks": "mapping",
    "Read": "reading",
    "Grep": "reading",
    "Glob": "reading",
    "Bash": "reading",
}
KNOWN = frozenset({*_ALWAYS, *_BEFORE_THE_CHANGE})


def stage_after(stage: RunStage, tool: str) -> RunStage:
    """The stage once this tool is called in that one.

    What only reads does not take a run back behind its declaration; a command after an edit is
    there to prove it.
    """
    if tool in _ALWAYS:
        return _ALWAYS[tool]
    if stage in {"mapping", "reading"}:
        return _BEFORE_THE_CHANGE.get(tool, stage)
    return "proving" if (stage, tool) == ("editing", "Bash") else stage
