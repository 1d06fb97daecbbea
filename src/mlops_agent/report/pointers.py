"""Pointers into a run's record: how an assertion is written as one, and whether one leads anywhere.

The forms are those of contracts/report.py. A pointer says where to look, an assertion says what is
there; both are checked, and the first must name what the second relies on.
"""

from __future__ import annotations

import re

from mlops_agent.contracts.report import (
    Assertion,
    CommandRan,
    DiffIs,
    FoundRisk,
    LineSays,
    ProbeTurned,
    Untouched,
)
from mlops_agent.report.evidence import Evidence
from mlops_agent.workspace.snapshot import Tree

_LINE = re.compile(r"(?P<path>.+):(?P<line>[1-9]\d*)(?P<proposed>@proposed)?", re.DOTALL)


def pointers_of(assertion: Assertion) -> tuple[str, ...]:
    """The pointers that a claim with this assertion has to carry; none for a search or a list."""
    match assertion:
        case CommandRan(call=call):
            return (f"call:{call}",)
        case LineSays(path=path, line=line, tree=tree):
            return (f"line:{path}:{line}" + ("@proposed" if tree == "proposed" else ""),)
        case DiffIs() | Untouched():
            return ("diff",)
        case ProbeTurned(base_run=base, proposed_run=proposed):
            return (f"probe:{base}", f"probe:{proposed}")
        case FoundRisk(fingerprint=fingerprint):
            return (f"finding:{fingerprint}",)
        case _:
            return ()


def problem_of(pointer: str, evidence: Evidence) -> str:
    """Say why a pointer leads nowhere, or return the empty string."""
    kind, _, rest = pointer.partition(":")
    found = _LEADS.get(kind, _nowhere)(rest, evidence)
    return "" if found else f"the evidence {pointer} does not exist"


def parse_line(rest: str) -> tuple[Tree, str, int] | None:
    """Read `PATH:N` or `PATH:N@proposed` as tree, path and line; None for anything else."""
    match = _LINE.fullmatch(rest)
    if match is None:
        return None
    return "proposed" if match["proposed"] else "base", match["path"], int(match["line"])


def _call(name: str, evidence: Evidence) -> bool:
    return name in evidence.ledger.calls


def _probe(name: str, evidence: Evidence) -> bool:
    return name in evidence.ledger.probes


def _line(rest: str, evidence: Evidence) -> bool:
    place = parse_line(rest)
    return place is not None and evidence.line(*place) is not None


def _diff(path: str, evidence: Evidence) -> bool:
    return bool(evidence.changed) if not path else path in evidence.changed


def _finding(fingerprint: str, evidence: Evidence) -> bool:
    return any(finding.fingerprint == fingerprint for finding in evidence.audit.findings)


def _declaration(number: str, evidence: Evidence) -> bool:
    return number.isdecimal() and 1 <= int(number) <= len(evidence.ledger.declarations)


def _nowhere(_rest: str, _evidence: Evidence) -> bool:
    return False


_LEADS = {
    "call": _call,
    "probe": _probe,
    "line": _line,
    "diff": _diff,
    "finding": _finding,
    "declaration": _declaration,
}
