"""What one `mlops-agent run` costs on the bundled example, and which part of it takes the time.

The split of the wall time is read from the run's journal: the calls that map and audit, the probe
on the old and on the new tree, and all the rest (worktree, edits, report, check). CPU is of the
whole run, its children included; an `audit` of the same repository stands beside it.

    python benchmarks/bench_run.py
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from figures import Figure, show
from measuring import COMMAND, Usage, cpu, run, spread

from mlops_agent.contracts.journal import CallFinished, CallStarted
from mlops_agent.journal.reading import read_journal

ROUNDS = 5
REQUEST = (
    "The nightly retraining promotes a model even when the evaluation failed. "
    "Make a failing evaluation stop the promotion."
)
_EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "churn"
_SURVEY = frozenset({"Lifecycle", "Risks"})


def figures(rounds: int = ROUNDS) -> list[Figure]:
    """CPU and wall of whole runs, the split of the wall, and whether each run was verified."""
    with tempfile.TemporaryDirectory(prefix="bench-run-") as folder:
        repo = _example(Path(folder))
        confinement = _confinement()
        taken = [_once(repo, Path(folder) / f"state{n}", confinement) for n in range(rounds)]
        audits = [_audit(repo) for _ in range(rounds)]
    verified = sum(bool(json.loads(usage.output)["verified"]) for usage, _ in taken)
    wall = spread([usage.wall for usage, _ in taken])
    survey, probe = (spread([split[i] for _, split in taken]) for i in (0, 1))
    rest = spread([usage.wall - sum(split) for usage, split in taken])
    how = "without a sandbox" if confinement else "in the sandbox"
    return [
        Figure(
            f"`run` on the bundled example, {how}: verified",
            f"{rounds} of {rounds}",
            f"{verified} of {rounds}",
            verified == rounds,
        ),
        Figure("the same, CPU", "", f"{cpu([usage for usage, _ in taken])} s", None),
        Figure("the same, wall", "", f"{wall} s", None),
        Figure("- of it map and audit", "", f"{survey} s", None),
        Figure("- of it the probe, on both trees", "", f"{probe} s", None),
        Figure("- of it all the rest", "", f"{rest} s", None),
        Figure("`audit` of the same repository, CPU", "", f"{cpu(audits)} s", None),
    ]


def _example(folder: Path) -> Path:
    repo = folder / "churn"
    shutil.copytree(_EXAMPLE, repo)
    identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.org"]
    for words in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-q", "-m", "Churn"]):
        subprocess.run(["git", "-C", str(repo), *words], check=True, capture_output=True)
    return repo


def _confinement() -> list[str]:
    doctor = run([COMMAND, "doctor", "--format", "json"], fine=(0, 1)).output
    return [] if '"works": true' in doctor else ["--no-sandbox"]


def _once(repo: Path, state: Path, confinement: list[str]) -> tuple[Usage, tuple[float, float]]:
    env = {"XDG_STATE_HOME": str(state), "MLOPS_AGENT_NO_CACHE": "1"}
    words = ["run", REQUEST, "--repo", str(repo), "--format", "json", "-q", *confinement]
    usage = run([COMMAND, *words], env=env, fine=(0, 5))
    (journal,) = state.glob("mlops-agent/runs/*/journal.jsonl")
    return usage, _split(journal)


def _split(journal: Path) -> tuple[float, float]:
    """Wall seconds of the calls that map and audit, and of the probe's calls."""
    began: dict[str, datetime] = {}
    survey = probe = 0.0
    for event in read_journal(journal):
        if isinstance(event, CallStarted):
            began[event.call] = datetime.fromisoformat(event.at)
        elif isinstance(event, CallFinished):
            took = (datetime.fromisoformat(event.at) - began[event.result.call]).total_seconds()
            survey += took if event.result.tool in _SURVEY else 0.0
            probe += took if event.result.tool == "Probe" else 0.0
    return survey, probe


def _audit(repo: Path) -> Usage:
    env = {"MLOPS_AGENT_NO_CACHE": "1"}
    return run([COMMAND, "audit", str(repo), "--format", "json"], env=env, fine=(0, 1))


if __name__ == "__main__":
    sys.exit(show(figures()))
