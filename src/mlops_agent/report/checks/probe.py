"""That a probe was red on the base tree and green on the proposed one, and was the same probe."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from mlops_agent.contracts.change import ProbeColour, ProbeRun
from mlops_agent.contracts.report import PrimaryRisk, ProbeTurned
from mlops_agent.report.evidence import Evidence, sha256
from mlops_agent.workspace.snapshot import Tree

SCRIPTS = "probes"
_EXIT: dict[ProbeColour, int] = {"red": 1, "green": 0}


def colour_of(exit_code: int | None) -> ProbeColour:
    """What an exit code says of a tree; None, for a probe that was stopped, says nothing."""
    colours: dict[int | None, ProbeColour] = {code: colour for colour, code in _EXIT.items()}
    return colours.get(exit_code, "unknown")


def check(assertion: ProbeTurned, evidence: Evidence) -> str:
    """Return the first thing about the two runs that the journal does not bear out."""
    runs = evidence.ledger.probes
    base, proposed = runs.get(assertion.base_run), runs.get(assertion.proposed_run)
    if base is None or proposed is None:
        missing = assertion.base_run if base is None else assertion.proposed_run
        return f"there is no probe run {missing} in the journal"
    for run in (base, proposed):
        if run.probe != assertion.probe:
            return f"run {run.id} is of the probe {run.probe}, not {assertion.probe}"
    if base.argv != proposed.argv:
        return f"the runs {base.id} and {proposed.id} did not run the same command"
    if base.script_sha256 != proposed.script_sha256:
        return f"the runs {base.id} and {proposed.id} did not run the same script"
    return _went(base, "base", "red", evidence) or _went(proposed, "proposed", "green", evidence)


def own_probe_problems(
    risk: PrimaryRisk, turned: Sequence[ProbeTurned], evidence: Evidence
) -> list[str]:
    """Say that a risk whose rule brings a probe was proved by an author's own command alone.

    Where one of our scripts shows the fault on real parts, a command of the author's (a search for
    the words that were put in, say) proves less.
    """
    cited = {pointer.removeprefix("finding:") for pointer in risk.evidence}
    own = [one for one in map(evidence.probe_of, sorted(cited)) if one is not None]
    runs = [evidence.ledger.probes[one.proposed_run] for one in turned]
    scripts = {one.script.removesuffix(".py") for one in own}
    if not own or any(run.script_sha256 and _stem(run) in scripts for run in runs):
        return []
    return [f"{risk.rule} brings a probe of its own, {own[0].name}: turn that one"]


def run_problem(run: ProbeRun, evidence: Evidence) -> str:
    """Say how a probe run's own record fails: its tree, its colour or its stored output."""
    real = evidence.base_hash if run.tree == "base" else evidence.proposed_hash
    if run.tree_hash != real:
        return f"run {run.id} was on another tree than the {run.tree} one"
    if run.exit_code != _EXIT.get(run.colour, run.exit_code):
        return f"run {run.id} ended with exit code {run.exit_code}, which is not {run.colour}"
    if problem := script_problem(run, evidence):
        return problem
    data = evidence.stored(run.output_path) if run.output_path else None
    if run.output_path and data is None:
        return f"the output {run.output_path} is missing"
    if data is not None and run.output_sha256 and sha256(data) != run.output_sha256:
        return f"the output {run.output_path} was changed after run {run.id}"
    return ""


def script_problem(run: ProbeRun, evidence: Evidence) -> str:
    """Say how the script that the run's folder keeps differs from the one that ran."""
    if not run.script_sha256:
        return ""
    script = evidence.stored(script_of(run))
    if script is None or sha256(script) != run.script_sha256:
        return f"the script of run {run.id} is not the one that ran"
    return ""


def script_of(run: ProbeRun) -> str:
    """Where the run's folder keeps the script of a probe run, relative to it.

    That is no file where the run's record names no script.
    """
    return f"{SCRIPTS}/{PurePosixPath(''.join(run.argv[1:2])).name}"


def _stem(run: ProbeRun) -> str:
    return PurePosixPath(script_of(run)).stem


def _went(run: ProbeRun, tree: Tree, colour: str, evidence: Evidence) -> str:
    if run.tree != tree:
        return f"run {run.id} was on the {run.tree} tree, not on the {tree} one"
    if run.colour != colour:
        return f"run {run.id} was {run.colour} on the {tree} tree, not {colour}"
    return run_problem(run, evidence)
