"""Checking a finished run again, from its folder alone, by somebody who was not there.

Reads the stored report, takes none of its verdicts, and judges it against the journal, the trees
and the outputs. A folder that can't be read at all is bad input; all else is a verdict.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from mlops_agent.beneath import read_beneath
from mlops_agent.contracts.report import RunResult
from mlops_agent.errors import BadInputError
from mlops_agent.journal.runs import find_run
from mlops_agent.report.checker import check_report
from mlops_agent.report.evidence import MOST_STORED, Evidence, sha256
from mlops_agent.report.routed import message_problems, routing_problems

if TYPE_CHECKING:
    from mlops_agent.sandbox.confine import Kind

REPORT = "report.json"


def check_run(
    run_folder: Path,
    rerun: bool = False,
    confinement: Kind | None = None,
    *,
    network: bool = False,
) -> RunResult:
    """Return the run's result with `verified`, claims and problems as they are found now.

    Args:
        run_folder: the folder of a finished run.
        rerun: run every command and probe of the report again, on fresh checkouts.
        confinement: how to confine them; None leaves it to the operator's settings.
        network: let confined commands use the network.

    Raises BadInputError when there is no report, it can't be read, or the journal is broken (with
    the line), SandboxUnavailableError when commands can't be confined.
    """
    data = _stored(run_folder)
    stored = _parse(data, run_folder)
    evidence = Evidence.of_run(run_folder)
    checked = check_report(stored, evidence)
    problems = [
        *_seal_problems(data, evidence),
        *checked.problems,
        *routing_problems(evidence),
        *message_problems(stored.handoffs, run_folder),
    ]
    held = checked.verified and not problems
    if stored.verified and not held:
        problems.append("the stored report calls itself verified")
    checked = checked.model_copy(update={"problems": problems, "verified": held})
    if not rerun or evidence.trees is None:
        return checked
    return _rerun(checked, evidence, confinement, network)


def bears_out(result: RunResult) -> bool:
    """Whether a re-checked result says nothing that its record does not bear out."""
    if result.outcome == "report":
        return result.verified
    return not result.problems and all(claim.verified for claim in result.claims)


def run_folder_of(name: str) -> Path:
    """Find the folder that somebody means: a report file, a run's folder, or a run's id.

    Raises BadInputError when it is none of them.
    """
    path = Path(name)
    if path.is_dir() and (path / REPORT).is_file():
        return path
    if path.is_file() and path.name == REPORT:
        return path.parent
    if path.is_file():
        raise BadInputError(f"{name} is not a run's {REPORT}", "give a run's folder, report or id")
    if path.exists():
        raise BadInputError(f"{name} holds no {REPORT}", "give a run's folder, report or id")
    return find_run(name)


def _stored(run_folder: Path) -> bytes:
    try:
        return read_beneath(run_folder, REPORT, MOST_STORED)
    except OSError as error:
        raise BadInputError(
            f"the run in {run_folder} has no {REPORT}: {error.strerror}",
            "a run that was cut off goes on with `mlops-agent resume`",
        ) from error


def _parse(data: bytes, run_folder: Path) -> RunResult:
    try:
        return RunResult.from_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise BadInputError(
            f"{run_folder / REPORT} is not a report: {place}: {first['msg']}",
            "its schema is docs/schemas/run.json",
        ) from error


def _seal_problems(data: bytes, evidence: Evidence) -> list[str]:
    ended = evidence.ledger.ended
    if ended is None:
        return ["the journal has no end: the run was cut off"]
    if ended.report_sha256 != sha256(data):
        return [f"{REPORT} was changed after the run had ended"]
    return []


def _rerun(
    result: RunResult, evidence: Evidence, confinement: Kind | None, network: bool
) -> RunResult:
    from mlops_agent.report.rerunning import Rerun
    from mlops_agent.sandbox.choosing import choose_kind
    from mlops_agent.sandbox.confine import Sandbox

    sandbox = Sandbox.open(choose_kind(confinement), network=network)
    return Rerun(evidence, sandbox).judge(result)
