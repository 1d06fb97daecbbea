"""What a result says of its own run (id, request, base, driver, declarations, findings).

It has to be what the journal and a fresh audit say; otherwise the report belongs to another run.
"""

from __future__ import annotations

from mlops_agent.contracts.journal import RunEnded, RunStarted
from mlops_agent.contracts.report import Isolation, RunResult
from mlops_agent.report.commands import command_problems
from mlops_agent.report.evidence import Evidence
from mlops_agent.sandbox.isolation import as_a_whole
from mlops_agent.sandbox.secrets.records import redacted

UNCONFINED = "the git folder changed during the run, and its commands were not kept from it"


def provenance_problems(result: RunResult, evidence: Evidence) -> list[str]:
    """Return the fields of a result that the journal does not bear out."""
    started, ended = evidence.ledger.started, evidence.ledger.ended
    if started is None:
        return ["the journal does not begin with the start of a run"]
    problems = _start_problems(
        result, started, as_a_whole(evidence.ledger.isolations)
    ) + _noticed_problems(result, evidence)
    if result.redactions != evidence.ledger.redactions:
        problems.append(f"the journal holds {evidence.ledger.redactions} redactions")
    problems += command_problems(result, evidence)
    declared = evidence.ledger.declarations
    shown = [redacted(one, evidence.redactor) for one in declared]
    if result.declarations not in (declared, shown):
        problems.append("the declarations are not those of the journal")
    if ended is not None:
        problems += _end_problems(result, ended, evidence)
    return problems + _found_problems(result, evidence)


def _start_problems(result: RunResult, started: RunStarted, isolation: Isolation) -> list[str]:
    pairs: dict[str, tuple[object, object]] = {
        "run id": (result.run, started.run),
        "request": (result.request, started.request),
        "base": (result.base, started.base),
        "driver": (result.driver, started.driver),
        "reason for the driver": (result.driver_why, started.driver_why),
        "isolation": (result.isolation, isolation),
    }
    return [
        f"the {name} is not the journal's" for name, (said, known) in pairs.items() if said != known
    ]


def _noticed_problems(result: RunResult, evidence: Evidence) -> list[str]:
    """What changed in the user's git folder, where nothing kept the run's commands out of it.

    Confined commands can't write there: then it was somebody else, who may.
    """
    noticed = evidence.ledger.noticed
    problems: list[str] = []
    if result.noticed != noticed:
        problems.append("what was noticed of the repository is not the journal's")
    if noticed and result.isolation.kind != "bubblewrap":
        problems += [f"{UNCONFINED}: {one}" for one in noticed]
    return problems


def _end_problems(result: RunResult, ended: RunEnded, evidence: Evidence) -> list[str]:
    problems: list[str] = []
    if result.outcome != ended.outcome:
        problems.append(f"the outcome is not the journal's {ended.outcome}")
    if result.why != ended.why:
        problems.append("the reason for the outcome is not the journal's")
    if ended.proposed_tree and ended.proposed_tree != evidence.proposed_hash:
        problems.append("the proposed tree is not the one that the run ended with")
    return problems


def _found_problems(result: RunResult, evidence: Evidence) -> list[str]:
    if not result.found:
        return []
    known = {finding.fingerprint: finding for finding in evidence.audit.findings}
    return [
        f"an audit of the base tree does not find {finding.rule} at {finding.path}:{finding.line}"
        for finding in result.found
        if known.get(finding.fingerprint) != finding
    ]
