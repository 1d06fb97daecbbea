"""What a machine has for a run (doctor), and the runs it holds (runs)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mlops_agent.contracts.base import Document, Record


class Part(Record):
    """A program, a Python package or the name of a key, and what it is for.

    A key's value is never looked at beyond whether it is there; its `version` is empty.
    """

    name: str
    kind: Literal["program", "package", "key"]
    found: bool
    version: str = ""
    use: str


class Confinement(Record):
    """Whether a confined command really ran here; else why not, and what to do."""

    works: bool
    detail: str
    hint: str = ""


class Inventory(Document):
    """The answer of `mlops-agent doctor`."""

    schema_: Literal["mlops-agent/doctor/1"] = Field(default="mlops-agent/doctor/1", alias="schema")
    version: str
    python: str
    state_folder: str
    confinement: Confinement
    parts: list[Part]


class ListedRun(Record):
    """One run. `outcome` is that of its report, or running, interrupted or unreadable."""

    id: str
    started: str
    repository: str
    request: str
    outcome: str
    why: str
    folder: str


class RunList(Document):
    """The answer of `mlops-agent runs`, the newest run first."""

    schema_: Literal["mlops-agent/runs/1"] = Field(default="mlops-agent/runs/1", alias="schema")
    runs: list[ListedRun]
