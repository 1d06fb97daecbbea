"""What a driver hands in with Report: as little as it has to, completed from the run's record.

A claim is one typed assertion; its sentence, its pointers, a command's text and exit code are
filled in where they are left out, so that nobody has to copy what the journal knows.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Self, cast

from pydantic import Field, model_validator

from mlops_agent.contracts.base import Record
from mlops_agent.contracts.finding import Boundary, Finding
from mlops_agent.contracts.report import (
    Absent,
    Assertion,
    Claim,
    CommandRan,
    DiffIs,
    Enumerated,
    FoundRisk,
    LineSays,
    PrimaryRisk,
    ProbeTurned,
    ResidualRisk,
    Untouched,
    Validation,
)
from mlops_agent.report.draft import ReportDraft
from mlops_agent.report.ledger import Ledger
from mlops_agent.report.pointers import pointers_of
from mlops_agent.report.wording import sentence_of
from mlops_agent.workspace.diff import Diff

_NO_CODE = -1
"""Stands where a call ended with no exit code; no command ends so, and the checker says it."""


class CommandInput(Record):
    """A Bash call ended so. Its command and exit code are filled in from the call.

    `quotes` are words of its output that come out the same each time: no durations, no dates.
    """

    kind: Literal["command"] = "command"
    call: str
    command: str = ""
    exit_code: int | None = None
    quotes: list[str] = []
    covers: list[str] = []


class DiffInput(Record):
    """The change consists of these files and line counts. What is left out is filled in."""

    kind: Literal["diff"] = "diff"
    files: list[str] = []
    lines_added: int | None = None
    lines_removed: int | None = None


class FindingInput(Record):
    """The audit of the base tree holds this finding. The beginning of its fingerprint is enough."""

    kind: Literal["finding"] = "finding"
    fingerprint: str
    rule: str = ""
    path: str = ""
    line: int = Field(default=0, ge=0)


InputAssertion = Annotated[
    CommandInput
    | LineSays
    | DiffInput
    | ProbeTurned
    | Untouched
    | Absent
    | FindingInput
    | Enumerated,
    Field(discriminator="kind"),
]


class ClaimInput(Record):
    """Exactly one assertion. Leave `text` and `evidence` out: they are written from it.

    A `text` of your own is held to the assertion word by word, and seldom worth it.
    """

    asserts: list[InputAssertion] = []
    text: str = ""
    evidence: list[str] = []

    @model_validator(mode="before")
    @classmethod
    def _without_verdict(cls, given: object) -> object:
        """Drop what a whole claim carries beside: the checker's own verdict."""
        if not isinstance(given, dict):
            return given
        fields = cast("dict[str, object]", given)
        return {key: value for key, value in fields.items() if key not in {"verified", "problem"}}

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.asserts and not self.text.strip():
            raise ValueError("a claim needs an assertion")
        return self


class ValidationInput(Record):
    """A path of the lifecycle that was exercised, or not; `command` is filled in from `evidence`.

    passed and failed need one piece of evidence: probe:ID of the run on the proposed tree, or, for
    tests and other alone, call:ID. not-run needs `why`, and is a good answer.
    """

    path: Literal["promotion", "rollback", "alert", "training", "retraining", "tests", "other"]
    outcome: Literal["passed", "failed", "not-run"]
    evidence: list[str] = []
    why: str = ""
    command: str = ""


class ReportInput(Record):
    """The report, and how many hunks the probe stays green without (null: not tried)."""

    boundary: Boundary
    primary_risk: PrimaryRisk
    summary: str = Field(min_length=1)
    trade_off: str = Field(min_length=1)
    claims: list[ClaimInput] = Field(min_length=1)
    validations: list[ValidationInput] = []
    live_checks: list[str] = []
    residual_risks: list[ResidualRisk] = []
    droppable_hunks: int | None = Field(default=None, ge=0)

    def draft(self, record: OfTheRun) -> ReportDraft:
        """The whole draft, with what was left out taken from the run's record."""
        risk = self.primary_risk
        return ReportDraft(
            boundary=self.boundary,
            primary_risk=risk.model_copy(update={"evidence": record.pointers(risk.evidence)}),
            summary=self.summary,
            trade_off=self.trade_off,
            claims=[record.claim(claim) for claim in self.claims],
            validations=[record.validation(one) for one in self.validations],
            live_checks=self.live_checks,
            residual_risks=[
                one.model_copy(update={"evidence": record.pointers(one.evidence)})
                for one in self.residual_risks
            ],
        )


@dataclass(frozen=True, slots=True)
class OfTheRun:
    """What a draft is completed from: calls and probes of the journal, findings, the diff.

    `find` returns the one finding whose fingerprint begins so, or None. `before` are the calls
    that ran on the base tree, `diff` is None where nothing is proposed.
    """

    ledger: Ledger
    find: Callable[[str], Finding | None]
    before: frozenset[str] = frozenset()
    diff: Diff | None = None

    def claim(self, given: ClaimInput) -> Claim:
        """The claim with its sentence and its pointers."""
        asserts = [self._assertion(one) for one in given.asserts]
        own = [pointer for one in asserts for pointer in pointers_of(one)]
        return Claim(
            text=given.text if given.text.strip() else self._sentence(asserts[0]),
            evidence=list(dict.fromkeys([*self.pointers(given.evidence), *own])),
            asserts=asserts,
        )

    def validation(self, given: ValidationInput) -> Validation:
        """The validation with the command behind its evidence."""
        fields = given.model_dump() | {"evidence": self.pointers(given.evidence)}
        return Validation.model_validate(fields | {"command": given.command or self._ran(given)})

    def pointers(self, given: Sequence[str]) -> list[str]:
        """The pointers with whole fingerprints."""
        return [self._pointer(one) for one in given]

    def _pointer(self, pointer: str) -> str:
        kind, _, rest = pointer.partition(":")
        finding = self.find(rest) if kind == "finding" and rest else None
        return f"finding:{finding.fingerprint}" if finding else pointer

    def _assertion(self, given: InputAssertion) -> Assertion:
        if isinstance(given, CommandInput):
            return self._command(given)
        if isinstance(given, FindingInput):
            return self._finding(given)
        return self._diff(given) if isinstance(given, DiffInput) else given

    def _sentence(self, assertion: Assertion) -> str:
        ran = isinstance(assertion, CommandRan)
        return sentence_of(assertion, before=ran and assertion.call in self.before)

    def _command(self, given: CommandInput) -> CommandRan:
        result = self.ledger.calls.get(given.call)
        code = result.exit_code if result and given.exit_code is None else given.exit_code
        return CommandRan(
            call=given.call,
            command=given.command or (result.command if result else ""),
            exit_code=_NO_CODE if code is None else code,
            quotes=given.quotes,
            covers=given.covers,
        )

    def _diff(self, given: DiffInput) -> DiffIs:
        diff = self.diff
        added, removed = given.lines_added, given.lines_removed
        return DiffIs(
            files=given.files or (list(diff.files) if diff else []),
            lines_added=added if added is not None else diff.added if diff else 0,
            lines_removed=removed if removed is not None else diff.removed if diff else 0,
        )

    def _finding(self, given: FindingInput) -> FoundRisk:
        known = self.find(given.fingerprint) if given.fingerprint else None
        return FoundRisk(
            fingerprint=known.fingerprint if known else given.fingerprint,
            rule=given.rule or (known.rule if known else ""),
            path=given.path or (known.path if known else ""),
            line=given.line or (known.line if known else 1),
        )

    def _ran(self, given: ValidationInput) -> str:
        for pointer in given.evidence:
            kind, _, name = pointer.partition(":")
            if kind == "call" and name in self.ledger.calls:
                return self.ledger.calls[name].command
            if kind == "probe" and name in self.ledger.probes:
                return shlex.join(self.ledger.probes[name].argv)
        return ""
