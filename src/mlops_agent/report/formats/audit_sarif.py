"""The audit as SARIF 2.1.0, for code-scanning services and editors.

URIs are relative to %SRCROOT%, lines and columns 1-based. Suppressed findings are kept with their
reason, and the fingerprints are the audit's own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import quote

from mlops_agent._version import __version__
from mlops_agent.contracts.finding import Audit, Finding, Severity, TrailStep
from mlops_agent.risks.catalogue import ENTRIES
from mlops_agent.risks.pages import headline
from mlops_agent.risks.rule import Entry

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
ROOT = "%SRCROOT%"
FINGERPRINT = "mlopsAgentFinding/v1"
LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "note": "note"}
SUPPRESSIONS = {"inline": "inSource", "baseline": "external"}

Json = str | int | bool | None | Sequence["Json"] | Mapping[str, "Json"]
LineText = Callable[[str, int], str]


def audit_sarif(audit: Audit, line_text: LineText) -> str:
    """Return the SARIF log; `line_text(path, line)` gives a line for its columns."""
    used = sorted({finding.rule for finding in audit.findings})
    driver: dict[str, Json] = {
        "name": "mlops-agent",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(ENTRIES[name]) for name in used],
    }
    run: dict[str, Json] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [_invocation(audit)],
        "results": [_result(finding, used, line_text) for finding in audit.findings],
    }
    log: dict[str, Json] = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _invocation(audit: Audit) -> Json:
    notes: list[Json] = [
        {"level": "warning", "message": {"text": line}} for line in audit.summary.incomplete
    ]
    return {"executionSuccessful": True, "toolExecutionNotifications": notes}


def _rule(entry: Entry) -> Json:
    rule = entry.rule
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": headline(entry.page) + "."},
        "fullDescription": {"text": headline(entry.page) + "."},
        "help": {"text": entry.page, "markdown": entry.page},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {
            "tags": ["mlops", rule.boundary],
            "precision": {"high": "high", "medium": "medium", "low": "low"}[rule.confidence],
        },
    }


def _result(finding: Finding, used: list[str], line_text: LineText) -> Json:
    result: dict[str, Json] = {
        "ruleId": finding.rule,
        "ruleIndex": used.index(finding.rule),
        "level": LEVELS[finding.severity],
        "message": {"text": f"{finding.message}\n\nSmallest fix: {finding.smallest_fix}"},
        "locations": [_location(finding.path, finding.line, line_text)],
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
        "properties": {
            "confidence": finding.confidence,
            "boundary": finding.boundary,
            "fix": finding.fix,
            "searched": list(finding.searched),
        },
    }
    if finding.trail:
        steps = [_step(step, line_text) for step in finding.trail]
        result["codeFlows"] = [{"threadFlows": [{"locations": [{"location": s} for s in steps]}]}]
        result["relatedLocations"] = [
            {**step, "id": number} for number, step in enumerate(steps, 1)
        ]
    if finding.suppression:
        kind = SUPPRESSIONS[finding.suppression.kind]
        result["suppressions"] = [{"kind": kind, "justification": finding.suppression.reason}]
    return result


def _step(step: TrailStep, line_text: LineText) -> dict[str, Json]:
    return {**_location(step.path, step.line, line_text), "message": {"text": step.what}}


def _location(path: str, line: int, line_text: LineText) -> dict[str, Json]:
    text = line_text(path, line).rstrip("\r\n")
    start = len(text) - len(text.lstrip()) + 1
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(path), "uriBaseId": ROOT},
            "region": {
                "startLine": line,
                "startColumn": start,
                "endColumn": max(len(text.rstrip()) + 1, start),
            },
        }
    }
