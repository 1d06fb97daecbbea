"""What a driver says before it edits, and what proves the edit: declaration, edits, probe."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mlops_agent.contracts.base import Record
from mlops_agent.contracts.finding import Boundary


class Declaration(Record):
    """The scope of a change, said before the first edit and held to at each edit and at the end.

    `files` are exact relative paths; `line_budget` bounds added plus removed lines. `reason` is
    empty for the first declaration of a run and says why for each that widens it.
    """

    boundary: Boundary
    risk: str
    rule: str = ""
    files: list[str] = Field(min_length=1)
    line_budget: int = Field(ge=1)
    reason: str = ""


class TextEdit(Record):
    """Replace the one occurrence of `old` in `path` by `new`.

    `old` holds enough context to be unique in the file. An empty `old` creates the file.
    """

    path: str
    old: str
    new: str


class Probe(Record):
    """A command that tells a faulty tree from a mended one by running real parts.

    It is run with the tree as working directory: exit 0 means that the fault is absent (green),
    1 that it is present (red), anything else that the probe could not tell. `script` is the name
    of a probe script of ours (`mlops_agent/risks/probes/NAME.py`), copied into the run's folder and
    started with the sandbox's Python, `arguments` after it; `code` is the Python source of one of
    the driver's own, kept and started the same way; with neither, `arguments` is the whole argv.
    `needs` are importable modules or programs without which it can't run.
    """

    name: str = Field(min_length=1)
    what: str = ""
    script: str = ""
    code: str = ""
    arguments: list[str] = []
    needs: list[str] = []
    timeout_seconds: int = Field(default=180, ge=1, le=600)


ProbeColour = Literal["red", "green", "unknown"]


class ProbeRun(Record):
    """One run of a probe on one tree: `base` (before the change) or `proposed` (after it).

    `output_sha256` is of the stored output, `script_sha256` of the script in the run's folder.
    """

    id: str
    probe: str
    tree: Literal["base", "proposed"]
    tree_hash: str
    argv: list[str]
    colour: ProbeColour
    exit_code: int | None
    output: str
    output_path: str
    why: str = ""
    output_sha256: str = ""
    script_sha256: str = ""


class Fix(Record):
    """The smallest change that a rule knows for its finding, and what proves it.

    `safe` keeps the meaning of the code; an unsafe fix is made only where the request names the
    fault and the probe turns from red to green. `live_checks` can only be done where the system
    runs.
    """

    rule: str
    fingerprint: str
    safe: bool
    summary: str
    trade_off: str
    edits: list[TextEdit] = Field(min_length=1)
    probe: Probe
    live_checks: list[str] = []
