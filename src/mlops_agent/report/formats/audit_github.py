"""The audit as GitHub workflow commands, which show as annotations on a pull request."""

from __future__ import annotations

from mlops_agent.contracts.finding import Audit, Finding, Severity

# https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "note": "notice"}


def audit_github(audit: Audit) -> str:
    """One workflow command a standing finding, in the audit's order."""
    lines = [_command(finding) for finding in audit.findings if not finding.suppressed]
    return "".join(line + "\n" for line in lines)


def _command(finding: Finding) -> str:
    title = _property(f"{finding.rule} {finding.name}")
    place = f"file={_property(finding.path)},line={finding.line},title={title}"
    message = f"{finding.message}\nSmallest fix: {finding.smallest_fix}"
    return f"::{COMMANDS[finding.severity]} {place}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
