"""What the assertions of a claim allow its sentence to say: words, places, counts, outcomes.

Collected from the assertions and from what they point to (the line as it stands, the diff's own
lines, what a probe printed), never from the author's sentence.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mlops_agent.contracts.finding import Finding
from mlops_agent.contracts.report import (
    Absent,
    Assertion,
    CommandRan,
    DiffIs,
    Enumerated,
    FoundRisk,
    LineSays,
    ProbeTurned,
    Untouched,
)
from mlops_agent.report.evidence import Evidence
from mlops_agent.report.pointers import parse_line
from mlops_agent.sandbox.secrets.marks import MARK

NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)*(?!\w)")
_INSIDE = re.compile(r"\d+(?:\.\d+)*")


@dataclass(frozen=True, slots=True)
class Backing:
    """What one or more assertions bear out.

    `texts` may be quoted, `paths` and `places` (path and line) may be named, `counts` are numbers
    of things, `files` and `lines` numbers of files and of changed lines; `exits` are exit codes
    by command line, `colours` what probes turned.
    """

    texts: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    places: tuple[tuple[str, int], ...] = ()
    counts: frozenset[int] = frozenset()
    files: frozenset[int] = frozenset()
    added: int | None = None
    removed: int | None = None
    exits: tuple[tuple[str, int], ...] = ()

    def __or__(self, other: Backing) -> Backing:
        return Backing(
            self.texts + other.texts,
            self.paths + other.paths,
            self.places + other.places,
            self.counts | other.counts,
            self.files | other.files,
            self.added if other.added is None else other.added,
            self.removed if other.removed is None else other.removed,
            self.exits + other.exits,
        )

    @property
    def lines(self) -> frozenset[int]:
        """Counts of changed lines: added, removed, both together."""
        if self.added is None or self.removed is None:
            return frozenset()
        return frozenset({self.added, self.removed, self.added + self.removed})

    @property
    def numbers(self) -> frozenset[str]:
        """Every number that may stand in the sentence in some role."""
        said = {number for text in (*self.texts, *self.paths) for number in _INSIDE.findall(text)}
        plain = self.counts | self.files | self.lines | {line for _, line in self.places}
        return frozenset(said | {str(number) for number in plain | self.exit_codes})

    @property
    def exit_codes(self) -> frozenset[int]:
        """The exit codes, whatever ended with them."""
        return frozenset(code for _, code in self.exits)


def backing_of(assertions: Sequence[Assertion], evidence: Evidence) -> Backing:
    """Collect what some assertions bear out together; they are taken as checked."""
    total = Backing(counts=frozenset({len(assertions)}))
    for assertion in assertions:
        total |= _backing(assertion, evidence)
    return total


def backing_of_finding(finding: Finding) -> Backing:
    """What a finding allows to say: its rule, name, message and places."""
    steps = [(step.path, step.line) for step in finding.trail]
    return Backing(
        texts=(
            finding.rule,
            finding.name,
            finding.message,
            finding.fingerprint,
            finding.smallest_fix,
            *finding.searched,
            *(step.what for step in finding.trail),
        ),
        paths=(finding.path, *(path for path, _ in steps)),
        places=((finding.path, finding.line), *steps),
    )


def backing_of_pointer(pointer: str, evidence: Evidence) -> Backing:
    """What a pointer allows to say about the place or finding that it leads to."""
    kind, _, rest = pointer.partition(":")
    if kind == "finding":
        return _finding(rest, evidence)
    if kind == "line" and (place := parse_line(rest)) is not None:
        tree, path, number = place
        return Backing((evidence.line(tree, path, number) or "",), (path,), ((path, number),))
    if kind == "diff":
        return Backing(paths=(rest,) if rest else evidence.changed)
    if kind == "probe" and (run := evidence.ledger.probes.get(rest)) is not None:
        return Backing((run.probe, run.id, run.output))
    if kind == "call" and (result := evidence.ledger.calls.get(rest)) is not None:
        return Backing((result.command, result.call, result.text))
    return Backing()


def _backing(assertion: Assertion, evidence: Evidence) -> Backing:  # noqa: PLR0911  one a kind
    match assertion:
        case CommandRan():
            return Backing(
                texts=(
                    assertion.command,
                    *assertion.quotes,
                    assertion.call,
                    f"call {assertion.call}",
                ),
                paths=tuple(assertion.covers),
                files=_count(assertion.covers),
                exits=((assertion.command, assertion.exit_code),),
            )
        case LineSays(path=path, line=number, tree=tree, text=text):
            actual = evidence.line(tree, path, number) or ""
            # A text with a mark is held against the line by the assertion's own check.
            texts = (actual, text) if MARK.search(text) else (actual,)
            return Backing(texts, (path,), ((path, number),))
        case DiffIs():
            return _diff(assertion, evidence)
        case ProbeTurned():
            return _probe(assertion, evidence)
        case Untouched(paths=paths):
            return Backing(paths=tuple(paths), files=_count(paths))
        case Absent(text=text, paths=paths):
            return Backing((text,), tuple(paths), counts=_count(paths) | {0})
        case FoundRisk():
            return _finding(assertion.fingerprint, evidence)
        case Enumerated(items=items):
            return Backing(texts=tuple(items), counts=_count(items))


def _diff(assertion: DiffIs, evidence: Evidence) -> Backing:
    lines = evidence.diff.patch.decode(errors="replace").split("\n") if evidence.diff else []
    hunks = sum(line.startswith("@@ ") for line in lines)
    changed = tuple(line[1:] for line in lines if line[:1] in ("+", "-"))
    return Backing(
        texts=changed,
        paths=tuple(assertion.files),
        counts=frozenset({hunks}),
        files=_count(assertion.files),
        added=assertion.lines_added,
        removed=assertion.lines_removed,
    )


def _probe(assertion: ProbeTurned, evidence: Evidence) -> Backing:
    runs = [
        run
        for one in (assertion.base_run, assertion.proposed_run)
        if (run := evidence.ledger.probes.get(one)) is not None
    ]
    said = [text for run in runs for text in (run.id, run.output, shlex.join(run.argv))]
    exits = tuple((run.id, run.exit_code) for run in runs if run.exit_code is not None)
    return Backing(texts=(assertion.probe, *said), exits=exits)


def _finding(fingerprint: str, evidence: Evidence) -> Backing:
    for finding in evidence.audit.findings:
        if finding.fingerprint == fingerprint:
            return backing_of_finding(finding)
    return Backing()


def _count(things: Iterable[str]) -> frozenset[int]:
    return frozenset({len(list(things))})
