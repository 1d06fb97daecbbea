"""A true report of a staged run, with a claim of each kind."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from report_staging import FILES, ISOLATION, WORKFLOW, Stage, make_repository

from mlops_agent.contracts.finding import Finding
from mlops_agent.contracts.report import (
    Absent,
    Assertion,
    Change,
    Claim,
    CommandRan,
    DiffIs,
    Enumerated,
    FoundRisk,
    LineSays,
    PrimaryRisk,
    ProbeTurned,
    ResidualRisk,
    RunResult,
    Untouched,
    Usage,
    Validation,
)
from mlops_agent.contracts.request import Request
from mlops_agent.journal.reading import read_journal
from mlops_agent.lifecycle.reading import read_lifecycle
from mlops_agent.report.ledger import Ledger
from mlops_agent.risks.auditing import audit_lifecycle
from mlops_agent.settings import load_settings
from mlops_agent.workspace.snapshot import Trees

REQUEST = "make a failing evaluation stop the promotion"
TESTS = "python3 -m unittest -q test_limits"
STATUS = "git status --porcelain"
SEARCH = "grep -rn retry_evaluation ."


@dataclass(frozen=True)
class Plan:
    """What a staged run changes: new bytes (None: deleted) by path, in a repository of `files`.

    `gate` is the workflow whose line the probe runs. The fields after `untouched` make runs that
    overstep: other files declared, a small budget, a widening, work before the declaration or
    after the tests; `narrowing` is within them.
    """

    files: dict[str, bytes] = field(default_factory=lambda: dict(FILES))
    edits: dict[str, bytes | None] = field(
        default_factory=lambda: {WORKFLOW: FILES[WORKFLOW].replace(b" || true", b"")}
    )
    gate: str = WORKFLOW
    untouched: tuple[str, ...] = ("promote.py", "evaluate.py")
    declared: tuple[str, ...] = ()
    budget: int = 60
    widening: str | None = None
    early: Callable[[Stage], object] = lambda stage: None
    late: Callable[[Stage], object] = lambda stage: None
    narrowing: bool = False


def true_run(folder: Path, plan: Plan | None = None) -> tuple[Path, RunResult]:
    """Stage a whole run below a folder and return its run folder and its report, all of it true."""
    plan = plan or Plan()
    repository = make_repository(folder / "repository", plan.files)
    stage = Stage(repository, folder / "runs" / "20261121-101112-ab12", Request(text=REQUEST))
    plan.early(stage)
    if plan.narrowing:
        stage.declare([*plan.edits, "README.md"], plan.budget)
    stage.declare(list(plan.declared) or sorted(plan.edits), plan.budget)
    if plan.widening is not None:
        wider = [*plan.edits, "README.md"]
        stage.declare(wider, plan.budget, reason=plan.widening)
    arguments = [plan.gate, "evaluate.py"]
    before = stage.bash(f"grep -c true {shlex.quote(plan.gate)}")
    red = stage.probe("base", arguments)
    for path, data in plan.edits.items():
        stage.edit(path, data)
    tests, status = stage.bash(TESTS), stage.bash(STATUS)
    search = stage.bash(SEARCH)
    plan.late(stage)
    green = stage.probe("proposed", arguments)
    ids = {"red": red, "green": green, "tests": tests, "status": status, "before": before}
    result = _report(stage, plan, ids | {"search": search})
    stage.end(result)
    return stage.run_folder, result


def _report(stage: Stage, plan: Plan, ids: dict[str, str]) -> RunResult:
    diff = Trees.open(stage.run_folder).diff()
    finding = _finding(stage)
    runs = Ledger(read_journal(stage.run_folder)).probes
    return RunResult(
        run=stage.run_folder.name,
        outcome="report",
        request=stage.request,
        driver="offline",
        isolation=ISOLATION,
        base=stage.base,
        declarations=stage.declarations,
        boundary="pipeline",
        primary_risk=_risk(finding),
        change=Change(
            summary=f"Let a failing evaluation stop {plan.gate}.",
            trade_off="A flaky evaluation now stops a release.",
            files=list(diff.files),
            lines_added=diff.added,
            lines_removed=diff.removed,
            boundaries=["pipeline"],
            patch="change.patch",
        ),
        validations=[
            Validation(
                path="promotion",
                command=shlex.join(runs[ids["green"]].argv),
                outcome="passed",
                evidence=[f"probe:{ids['red']}", f"probe:{ids['green']}"],
            ),
            Validation(
                path="tests", command=TESTS, outcome="passed", evidence=[f"call:{ids['tests']}"]
            ),
            Validation(path="alert", command="", outcome="not-run", why="no alert is touched"),
        ],
        live_checks=["Watch the next release on the real runner."],
        residual_risks=[
            ResidualRisk(
                risk="A NaN accuracy passes the gate",
                priority=1,
                owner="ml-platform",
                follow_up="make the gate in evaluate.py refuse NaN",
                evidence=["line:evaluate.py:10"],
            )
        ],
        claims=[
            *_claims(plan, ids, diff.files, diff.added, diff.removed),
            claim(
                f"The audit finds {finding.rule} at {finding.path}:{finding.line}.",
                FoundRisk(
                    fingerprint=finding.fingerprint,
                    rule=finding.rule,
                    path=finding.path,
                    line=finding.line,
                ),
                f"finding:{finding.fingerprint}",
            ),
        ],
        usage=Usage(turns=7, tool_calls=7, seconds=1.0),
        journal="journal.jsonl",
    )


def _risk(finding: Finding) -> PrimaryRisk:
    return PrimaryRisk(
        statement=f"{finding.path}:{finding.line} throws a failing evaluation away",
        why="The next step promotes the model all the same.",
        rule=finding.rule,
        evidence=[f"finding:{finding.fingerprint}", f"line:{finding.path}:{finding.line}"],
    )


def _finding(stage: Stage) -> Finding:
    """The one finding of the base, from the audit of the repository itself."""
    settings = load_settings(stage.repository)
    audit = audit_lifecycle(read_lifecycle(stage.repository, settings=settings), settings)
    return next(finding for finding in audit.findings if finding.rule == "PIP001")


def _claims(
    plan: Plan, ids: dict[str, str], files: tuple[str, ...], added: int, removed: int
) -> list[Claim]:
    old = line_of(plan.files[plan.gate], b"|| true")
    new_data = plan.edits[plan.gate]
    assert new_data is not None
    new = line_of(new_data, b"evaluate.py")
    exits, tests = (
        "Before the change `{0}` exits with {1}.",
        f"`{TESTS}` passes: `Ran 2 tests`, exit code 0.",
    )
    before = f"grep -c true {shlex.quote(plan.gate)}"
    steps = [
        claim(
            exits.format(before, 0),
            CommandRan(call=ids["before"], command=before, exit_code=0, quotes=["1"]),
            f"call:{ids['before']}",
        ),
        claim(
            tests,
            CommandRan(
                call=ids["tests"],
                command=TESTS,
                exit_code=0,
                quotes=["Ran 2 tests", "OK"],
                covers=[*files, "test_limits.py"],
            ),
            f"call:{ids['tests']}",
        ),
    ]
    return [
        *steps,
        claim(
            f"{plan.gate}:{old} ends in `|| true`.",
            LineSays(path=plan.gate, line=old, text="|| true"),
            f"line:{plan.gate}:{old}",
        ),
        claim(
            f"Line {new} of {plan.gate} runs `python evaluate.py`.",
            LineSays(path=plan.gate, line=new, text="python evaluate.py", tree="proposed"),
            f"line:{plan.gate}:{new}@proposed",
        ),
        claim(
            f"The change touches {len(files)} files, {added} lines added and {removed} removed.",
            DiffIs(files=list(files), lines_added=added, lines_removed=removed),
            "diff",
        ),
        claim(
            "The probe gate is red on the base and green on the proposal.",
            ProbeTurned(probe="gate", base_run=ids["red"], proposed_run=ids["green"]),
            f"probe:{ids['red']}",
            f"probe:{ids['green']}",
        ),
        claim(
            "The change leaves all of " + " and ".join(plan.untouched) + " as it was.",
            Untouched(paths=list(plan.untouched)),
            "diff",
        ),
        claim("`retry_evaluation` stands nowhere.", Absent(text="retry_evaluation")),
        claim(
            f"`{SEARCH}` exits with 1.",
            CommandRan(call=ids["search"], command=SEARCH, exit_code=1),
            f"call:{ids['search']}",
        ),
        claim(
            "Each of the two commands passes.",
            Enumerated(items=[step.text for step in steps]),
        ),
    ]


def claim(text: str, assertion: Assertion, *evidence: str) -> Claim:
    return Claim(text=text, evidence=list(evidence), asserts=[assertion])


def line_of(data: bytes, text: bytes) -> int:
    """The number of the first line that holds a text."""
    return data[: data.index(text)].count(b"\n") + 1
