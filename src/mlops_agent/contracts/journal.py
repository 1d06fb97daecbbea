"""The events of a run's journal, one JSON line each, chained by hash.

`seq` counts from 1. `previous` is the SHA-256 of the line before (64 zeros for the first), so a
line that was changed or taken out shows; `digest` is the SHA-256 of the line itself without that
last field, so that a change of the last line shows too. Times are UTC, ISO 8601.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from mlops_agent.contracts.base import Record
from mlops_agent.contracts.change import Declaration, ProbeRun
from mlops_agent.contracts.handoff import Packet
from mlops_agent.contracts.model import Prompt, Reply
from mlops_agent.contracts.policy import Effect
from mlops_agent.contracts.report import Base, Isolation, Outcome
from mlops_agent.contracts.request import Request
from mlops_agent.contracts.routing import Routing


class Event(Record):
    """What each event carries."""

    seq: int = Field(ge=1)
    at: str
    previous: str
    digest: str = ""


class RunStarted(Event):
    """The first line: what was asked, of which commit, with which driver and confinement.

    `allowed` are the exact commands that the operator allows although they change a live system.
    """

    kind: Literal["run-started"] = "run-started"
    run: str
    version: str
    repository: str
    request: Request
    base: Base
    driver: str
    driver_why: str
    model: str = ""
    max_usd: float | None = None
    isolation: Isolation
    allowed: list[str] = []


class ToolCall(Record):
    """A call that a driver decided on; `input` is as the driver gave it, before validation.

    `problem` says why it cannot be made at all: it came cut off, or is no call.
    """

    id: str
    tool: str
    input: dict[str, Any]
    problem: str = ""


class Prompted(Event):
    """What a model is told on every turn, written before the first of its replies."""

    kind: Literal["prompted"] = "prompted"
    prompt: Prompt


class TurnDecided(Event):
    """The driver's decision, written before any of its calls is acted on.

    `reply` is the model's, where a model decided.
    """

    kind: Literal["turn-decided"] = "turn-decided"
    turn: int
    text: str
    calls: list[ToolCall]
    reply: Reply | None = None


class CallStarted(Event):
    """Written and synced before a call acts. A start with no finish has an unknown outcome."""

    kind: Literal["call-started"] = "call-started"
    call: str


class ToolResult(Record):
    """What a call came to. `text` is what the driver sees (bounded head and tail); the whole
    output stands in `output_path`, relative to the run's folder, where it is not empty.

    `tree_hash` is the git tree of the worktree after the call. `command` is the exact command
    line that was run, and `exit_code` its code, where one was run; `effect` what it would do by
    its words.
    """

    call: str
    tool: str
    ok: bool
    text: str
    output_path: str = ""
    output_sha256: str = ""
    command: str = ""
    exit_code: int | None = None
    seconds: float = 0.0
    tree_hash: str = ""
    effect: Effect | Literal[""] = ""


class CallFinished(Event):
    """The end of a call."""

    kind: Literal["call-finished"] = "call-finished"
    result: ToolResult


class FileEdited(Event):
    """An edit that landed: git blob ids before (None for a new file) and after."""

    kind: Literal["file-edited"] = "file-edited"
    call: str
    path: str
    before: str | None
    after: str


class Declared(Event):
    """A declaration that was accepted."""

    kind: Literal["declared"] = "declared"
    call: str
    declaration: Declaration


class Probed(Event):
    """A probe that ran."""

    kind: Literal["probed"] = "probed"
    call: str
    result: ProbeRun


class Routed(Event):
    """Whose work the request is, after the packets that follow from it; the last word holds."""

    kind: Literal["routed"] = "routed"
    routing: Routing


class HandedOff(Event):
    """A packet that was made for another owner, by a call or when the request was routed."""

    kind: Literal["handed-off"] = "handed-off"
    call: str
    packet: Packet


class Reran(Event):
    """What a report rests on was run again on fresh checkouts; `problems` came out otherwise."""

    kind: Literal["reran"] = "reran"
    call: str
    tree_hash: str
    commands: int
    probes: int
    problems: list[str] = []


class RepositoryChanged(Event):
    """The user's git folder is not as it was when the run began: refs, configuration, hooks.

    Written where that is so when a result is put together; no differences take an earlier one back.
    """

    kind: Literal["repository-changed"] = "repository-changed"
    differences: list[str]


class Resumed(Event):
    """The run was taken up again.

    `lost` are calls whose outcome is unknown; `answers` are the caller's to the run's questions.
    `model`, `max_usd` and `isolation` hold from here on; `allowed` come to those allowed before.
    """

    kind: Literal["resumed"] = "resumed"
    lost: list[str]
    answers: dict[str, str] = {}
    model: str = ""
    max_usd: float | None = None
    isolation: Isolation | None = None
    allowed: list[str] = []


class RunEnded(Event):
    """The last line: the outcome, and the commit and tree that the run proposes, if any."""

    kind: Literal["run-ended"] = "run-ended"
    outcome: Outcome
    why: str
    proposed_commit: str = ""
    proposed_tree: str = ""
    report_sha256: str = ""


AnyEvent = Annotated[
    RunStarted
    | Prompted
    | TurnDecided
    | CallStarted
    | CallFinished
    | FileEdited
    | Declared
    | Probed
    | Routed
    | HandedOff
    | Reran
    | RepositoryChanged
    | Resumed
    | RunEnded,
    Field(discriminator="kind"),
]
EVENT: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)
