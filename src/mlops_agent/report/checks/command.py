"""That a command ran, how it ended, what it printed, and that its files did not change afterwards.

The words are looked for in the stored output, and the stored output is held to the hash that the
journal took when the command ended.
"""

from __future__ import annotations

from mlops_agent.contracts.journal import ToolResult
from mlops_agent.contracts.report import CommandRan
from mlops_agent.report.evidence import Evidence, sha256
from mlops_agent.report.freshness import stale_since
from mlops_agent.sandbox.secrets.comparing import same


def check(assertion: CommandRan, evidence: Evidence) -> str:
    """Return the first thing about the command that the journal does not bear out."""
    result = evidence.ledger.calls.get(assertion.call)
    if result is None:
        return f"there is no finished call {assertion.call} in the journal"
    known = {*evidence.paths("base"), *evidence.paths("proposed")}
    for path in assertion.covers:
        prefix = path.rstrip("/") + "/"
        if path not in known and not any(one.startswith(prefix) for one in known):
            return f"there is no {path} that the command could cover"
    return (
        _ran(assertion, result, evidence)
        or _printed(assertion, result, evidence)
        or (stale_since(assertion.call, assertion.covers, evidence) if assertion.covers else "")
    )


def output_problem(result: ToolResult, evidence: Evidence) -> str:
    """Say how the stored output of a call differs from what the journal says of it."""
    if not result.output_path:
        return ""
    data = evidence.stored(result.output_path)
    if data is None:
        return f"the output {result.output_path} is missing"
    if sha256(data) != result.output_sha256:
        return f"the output {result.output_path} was changed after call {result.call}"
    return ""


def _ran(assertion: CommandRan, result: ToolResult, evidence: Evidence) -> str:
    if result.exit_code is None or not result.command:
        return f"call {assertion.call} ran no command to its end"
    redactor = evidence.redactor
    if not same(result.command, assertion.command, redactor):
        ran = redactor.text(result.command)
        return f"call {assertion.call} ran `{ran}`, not `{assertion.command}`"
    if result.exit_code != assertion.exit_code:
        return f"call {assertion.call} ended with exit code {result.exit_code}"
    return ""


def _printed(assertion: CommandRan, result: ToolResult, evidence: Evidence) -> str:
    problem = output_problem(result, evidence)
    if problem:
        return problem
    data = evidence.stored(result.output_path) if result.output_path else result.text.encode()
    if not all(quote.strip() for quote in assertion.quotes):
        return "an empty quote says nothing"
    missing = [repr(quote) for quote in assertion.quotes if quote.encode() not in (data or b"")]
    if not missing:
        return ""
    return f"the output of call {assertion.call} does not hold {', nor '.join(missing)}"
