"""The outcome of a run: what was changed, what proves it, what remains; every claim a pointer.

Evidence is a list of pointers into the run's own record:

    call:ID            a tool call in the journal
    probe:ID           a probe run in the journal
    line:PATH:N        a line of the base tree;  line:PATH:N@proposed  of the proposed tree
    diff               the run's diff;  diff:PATH  its part for one file
    finding:PRINT      a finding of the audit of the base tree, by fingerprint
    declaration:N      the Nth declaration, from 1
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from mlops_agent.contracts.base import Document, Record
from mlops_agent.contracts.change import Declaration
from mlops_agent.contracts.distrust import HiddenText, SeenInjection
from mlops_agent.contracts.finding import Boundary, Finding
from mlops_agent.contracts.handoff import Packet
from mlops_agent.contracts.policy import Commands
from mlops_agent.contracts.request import Question, Request
from mlops_agent.contracts.routing import Routing


class CommandRan(Record):
    """This call ran this command with this exit code, and its output holds these words."""

    kind: Literal["command"] = "command"
    call: str
    command: str
    exit_code: int
    quotes: list[str] = []
    covers: list[str] = []


class LineSays(Record):
    """This line of this tree holds this text."""

    kind: Literal["line"] = "line"
    path: str
    line: int = Field(ge=1)
    text: str
    tree: Literal["base", "proposed"] = "base"


class DiffIs(Record):
    """The change consists of exactly these files and line counts."""

    kind: Literal["diff"] = "diff"
    files: list[str]
    lines_added: int
    lines_removed: int


class ProbeTurned(Record):
    """This probe was red on the base tree and green on the proposed one."""

    kind: Literal["probe"] = "probe"
    probe: str
    base_run: str
    proposed_run: str


class Untouched(Record):
    """These paths (files, or folders with all below) are the same in both trees."""

    kind: Literal["untouched"] = "untouched"
    paths: list[str] = Field(min_length=1)


class Absent(Record):
    """A search of the base tree for this literal text, below these paths, finds nothing."""

    kind: Literal["absent"] = "absent"
    text: str = Field(min_length=1)
    paths: list[str] = []


class FoundRisk(Record):
    """The audit of the base tree holds this finding, at this place."""

    kind: Literal["finding"] = "finding"
    fingerprint: str
    rule: str
    path: str
    line: int = Field(ge=1)


class Enumerated(Record):
    """The list behind a universal word: each item is the text of another claim of the report."""

    kind: Literal["list"] = "list"
    items: list[str] = Field(min_length=1)


Assertion = Annotated[
    CommandRan | LineSays | DiffIs | ProbeTurned | Untouched | Absent | FoundRisk | Enumerated,
    Field(discriminator="kind"),
]


class Claim(Record):
    """A sentence of the report, what it asserts, and what the checker (never the author) found."""

    text: str
    evidence: list[str] = []
    asserts: list[Assertion] = []
    verified: bool = False
    problem: str = ""


class PrimaryRisk(Record):
    """The risk that the change removes."""

    statement: str
    why: str
    rule: str
    evidence: list[str]


class Change(Record):
    """The change in numbers. `droppable_hunks` is None where nobody tried to drop any.

    `branch`, `patch` and `applied` (to the user's working tree) say where it went.
    """

    summary: str
    trade_off: str
    files: list[str]
    lines_added: int
    lines_removed: int
    boundaries: list[Boundary]
    droppable_hunks: int | None = None
    branch: str = ""
    patch: str = ""
    applied: bool = False


class Validation(Record):
    """One path of the lifecycle or one command that was (or was not) exercised."""

    path: Literal["promotion", "rollback", "alert", "training", "retraining", "tests", "other"]
    command: str
    outcome: Literal["passed", "failed", "not-run"]
    evidence: list[str] = []
    why: str = ""


class ResidualRisk(Record):
    """What is left, in order: `follow_up` is worded so that `run` takes it as the next request."""

    risk: str
    priority: int = Field(ge=1)
    owner: str
    follow_up: str
    evidence: list[str] = []


class Isolation(Record):
    """How commands were confined, and whether they had a network."""

    kind: Literal["bubblewrap", "external", "none"]
    network: bool
    detail: str


class Base(Record):
    """The commit that the run started from, and uncommitted paths that it left out."""

    commit: str
    left_out: list[str] = []


class Usage(Record):
    """What the run took. Tokens and dollars are None for drivers without a model.

    They are None too where an endpoint did not tell them: unknown is not nothing. `input_tokens`
    are all that were sent, those read from the cache among them; `cache_misses` are the endpoint's
    reasons, in order.
    """

    turns: int
    tool_calls: int
    seconds: float
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_misses: list[str] = []
    usd: float | None = None


Outcome = Literal["report", "no-change", "handoff", "questions", "declined", "stopped"]


class RunResult(Document):
    """The answer of `mlops-agent run`. Fields from `boundary` on are filled for a report.

    `routing` says whose work the request is, None where the driver alone decided on that.

    `verified` holds when every claim was re-checked and the change's probe was red on the base
    tree and green on the proposed one. `problems` are what keeps the rest of the report (change,
    validations, risk, journal) from being verified. `found` are the standing findings where nothing
    was changed. `noticed` is what changed in the user's git folder during the run.
    `redactions` counts the places where a secret was blanked out of what the driver was shown.
    `commands` counts the command lines by what they would do.
    """

    schema_: Literal["mlops-agent/run/1"] = Field(default="mlops-agent/run/1", alias="schema")
    run: str
    outcome: Outcome
    why: str = ""
    request: Request
    driver: str
    driver_why: str = ""
    model: str = ""
    isolation: Isolation
    base: Base
    routing: Routing | None = None
    declarations: list[Declaration] = []
    handoffs: list[Packet] = []
    questions: list[Question] = []
    found: list[Finding] = []
    boundary: Boundary | None = None
    primary_risk: PrimaryRisk | None = None
    change: Change | None = None
    validations: list[Validation] = []
    live_checks: list[str] = []
    residual_risks: list[ResidualRisk] = []
    claims: list[Claim] = []
    problems: list[str] = []
    noticed: list[str] = []
    hidden_text: list[HiddenText] = []
    injections_seen: list[SeenInjection] = []
    verified: bool = False
    redactions: int = Field(default=0, ge=0)
    commands: Commands = Commands()
    usage: Usage
    journal: str
