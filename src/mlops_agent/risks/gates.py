"""Whether anything on the way to a promotion looks at a metric or at a verdict about one.

A gate is looked for around the call and before it in its function, in the functions that call it,
and in the files that lead to it. Whatever may be one counts: a missing gate is said only where none
of these is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlops_agent.lifecycle.facts import Call, Comparison, Job, Step
from mlops_agent.risks.acts import does
from mlops_agent.risks.jobs import needed
from mlops_agent.risks.metric_names import is_metric
from mlops_agent.risks.promotions import Promotion
from mlops_agent.risks.verdicts import NOTHING, Verdicts, ends_by_verdict, verdicts_of

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

VERDICT = re.compile(
    r"approv|pass|better|deploy_?flag|should_|promot|gate|valid|verdict|eligible|improv|"
    r"accept|success|compar|thresh|champion|baseline|winner|quality|blessed",
    re.IGNORECASE,
)
GATE_STEPS = re.compile(
    r"validate_evaluation_results|ConditionStep|dsl\.(If|Condition|Elif)$|"
    r"BranchPythonOperator|ShortCircuitOperator|airflow\.decorators\.task\.(branch|short_circuit)"
)
# A Jenkins pipeline that waits for a person: who says yes has looked, as far as can be told.
ASKS_PEOPLE = re.compile(r"\binput\s*(\(\s*|\{\s*)?message\b")
SHELL_TEST = re.compile(r"\b(if|test|while)\b|\[|\(\(|\bjq\b.*(-\w*e\b|--exit-status)|\bassert\b")
SHELL_END = re.compile(r"\bexit\s+[^0\s]|\bfalse\b|\bjq\b.*(-\w*e\b|--exit-status)|\bassert\b")
TEST_FILE = re.compile(r"(^|/)(tests?/|test_[^/]*\.py$|[^/]*_test\.py$|conftest\.py$)")
CALLER_DEPTH = 4
CALLEE_DEPTH = 2
STARTER_DEPTH = 3


@dataclass
class Search:
    """What was looked through, for the finding to say; `paths` are files it depends on."""

    functions: list[str] = field(default_factory=list[str])
    paths: set[str] = field(default_factory=set[str])


def gated(lifecycle: Lifecycle, promotion: Promotion, search: Search) -> bool:
    """Whether something that may be a gate stands on the way to a promotion."""
    search.paths.add(promotion.path)
    if ASKS_PEOPLE.search(lifecycle.facts.text(promotion.path)):
        return True
    if promotion.call is not None and _around(lifecycle, promotion.call, CALLER_DEPTH, search):
        return True
    path, line = promotion.path, promotion.line
    if not path.endswith((".py", ".ipynb")) and _starts_gate(lifecycle, path, line, ""):
        return True
    return _before_in_files(lifecycle, path, search, STARTER_DEPTH)


def _around(lifecycle: Lifecycle, call: Call, depth: int, search: Search) -> bool:
    search.paths.add(call.path)
    search.functions.append(f"{call.scope or 'the module'} in {call.path}")
    known = verdicts_of(lifecycle.facts.text(call.path)) if call.path.endswith(".py") else NOTHING
    if any(speaks_of_quality(guard) or known.decided_by(guard) for guard in call.guards):
        return True
    if _before(lifecycle, call, known):
        return True
    if depth == 0 or not call.scope:
        return False
    callers = lifecycle.graph.callers(call.path, call.scope)
    return any(_around(lifecycle, caller, depth - 1, search) for caller in callers)


def _before(lifecycle: Lifecycle, call: Call, known: Verdicts) -> bool:
    """A test that can end the function, or a validator, above the call in its function."""
    for fact in lifecycle.facts.of(Comparison, call.path):
        if fact.scope == call.scope and fact.line <= call.line and _ends(fact, call.line, known):
            return True
    return any(
        _validates(lifecycle, other, CALLEE_DEPTH)
        for other in lifecycle.facts.of(Call, call.path)
        if other.scope == call.scope and other.line < call.line
    )


def _ends(fact: Comparison, line: int, known: Verdicts) -> bool:
    spans = (fact.otherwise, fact.controls if fact.operator in ("not", "truthy") else None)
    skips = any(span is not None and span[0] <= line <= span[1] for span in spans)
    leaves = fact.decides in ("raise", "assert") or (fact.decides == "if" and skips)
    text = f"{fact.left} {fact.operator} {fact.right}" if fact.right else fact.left
    return leaves and (_names_quality(fact) or known.decided_by(text))


def _names_quality(fact: Comparison) -> bool:
    texts = (*fact.names, fact.left, fact.right)
    return any(speaks_of_quality(text) for text in texts)


def _validates(lifecycle: Lifecycle, call: Call, depth: int) -> bool:
    if GATE_STEPS.search(call.name):
        return True
    target = lifecycle.graph.callee(call) if depth else None
    if target is None:
        return False
    path, name = target
    if any(
        fact.decides in ("raise", "assert") and any(is_metric(n) for n in (*fact.names, fact.left))
        for fact in lifecycle.facts.of(Comparison, path)
        if fact.scope == name
    ):
        return True
    return any(
        _validates(lifecycle, inner, depth - 1)
        for inner in lifecycle.facts.of(Call, path)
        if inner.scope == name
    )


def speaks_of_quality(text: str) -> bool:
    """Whether a condition may be about a model's quality or a verdict on it."""
    return bool(VERDICT.search(text)) or is_metric(text)


def _before_in_files(lifecycle: Lifecycle, path: str, search: Search, depth: int) -> bool:
    """Whether every file that starts the promoting one starts a gate before, or is started so."""
    starters = list(_starters(lifecycle, path))
    if not starters:
        return False
    search.paths.update(starter for starter, _ in starters)
    return all(
        _starts_gate(lifecycle, starter, line, path)
        or (depth > 0 and _before_in_files(lifecycle, starter, search, depth - 1))
        for starter, line in starters
    )


def _starters(lifecycle: Lifecycle, path: str) -> Iterator[tuple[str, int]]:
    """The files that run a file, directly or by a Python file that imports it, with the line."""
    seen = {path}
    waiting = [path]
    while waiting:
        at = waiting.pop()
        for link in lifecycle.graph.links(target=at):
            if link.source in seen or TEST_FILE.search(link.source):
                continue
            if link.kind == "imports":
                seen.add(link.source)
                waiting.append(link.source)
            elif link.kind in ("invokes", "triggers") and not link.source.endswith(".ipynb"):
                yield link.source, link.line


def _starts_gate(lifecycle: Lifecycle, starter: str, line: int, path: str) -> bool:
    jobs, steps = lifecycle.facts.of(Job, starter), lifecycle.facts.of(Step, starter)
    if any(speaks_of_quality(fact.condition) for fact in (*jobs, *steps)):
        return True
    for link in lifecycle.graph.links(source=starter):
        if link.kind not in ("invokes", "triggers") or link.target == path:
            continue
        if not _runs_before(jobs, link.line if link.path == starter else line, line):
            continue
        reached = {link.target} | lifecycle.graph.closure(link.target)
        if any(is_gate_file(lifecycle, one) for one in reached - {path}):
            return True
    if any(tests_in_shell(step.run) for step in steps if _runs_before(jobs, step.line, line)):
        return True
    own = lifecycle.graph.closure(starter) if starter.endswith(".py") else frozenset({starter})
    return any(is_gate_file(lifecycle, one) for one in own - {path})


def _runs_before(jobs: tuple[Job, ...], line: int, promoting: int) -> bool:
    """Whether what stands on a line has run when the promoting line does, as far as is known."""
    if not jobs:
        return line <= promoting
    own, other = _job_at(jobs, promoting), _job_at(jobs, line)
    if own is None or other is None or own.system != "github":
        return True  # stages and templates order the jobs of other systems
    return line <= promoting if own == other else other.name in needed(jobs, own)


def _job_at(jobs: tuple[Job, ...], line: int) -> Job | None:
    return next((job for job in jobs if job.line <= line <= job.end_line), None)


def tests_in_shell(script: str) -> bool:
    """Whether a shell script tests a metric and can end with an error."""
    lines = script.splitlines()
    tested = next(
        (n for n, text in enumerate(lines) if SHELL_TEST.search(text) and is_metric(text)), None
    )
    return tested is not None and any(SHELL_END.search(text) for text in lines[tested:])


def is_gate_file(lifecycle: Lifecycle, path: str) -> bool:
    """Whether a file can end with an error, or branch, because of a metric."""
    if any(
        fact.decides in ("raise", "assert") and any(is_metric(n) for n in (*fact.names, fact.left))
        for fact in lifecycle.facts.of(Comparison, path)
    ):
        return True
    if path.endswith(".py") and ends_by_verdict(lifecycle.facts.text(path)):
        return True
    return any(
        GATE_STEPS.search(call.name) or (does(call) == "validates" and "evaluation" in call.name)
        for call in lifecycle.facts.of(Call, path)
    )
