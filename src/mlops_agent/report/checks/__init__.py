"""One module for each kind of assertion, and the table that finds it.

A check takes the assertion and the evidence and returns the first thing that does not hold, in one
line, or the empty string. It never looks at the author's sentence: that is report/prose.
"""

from __future__ import annotations

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
from mlops_agent.report.checks import absent, command, diff, finding, line, probe, untouched
from mlops_agent.report.evidence import Evidence


def problem_with(assertion: Assertion, evidence: Evidence) -> str:  # noqa: PLR0911  one a kind
    """Say what does not hold about an assertion; lists are judged with the report's claims."""
    match assertion:
        case CommandRan():
            return command.check(assertion, evidence)
        case LineSays():
            return line.check(assertion, evidence)
        case DiffIs():
            return diff.check(assertion, evidence)
        case ProbeTurned():
            return probe.check(assertion, evidence)
        case Untouched():
            return untouched.check(assertion, evidence)
        case Absent():
            return absent.check(assertion, evidence)
        case FoundRisk():
            return finding.check(assertion, evidence)
        case Enumerated():
            return ""
