"""Score a live run against what was expected: python evals/live/score_live.py RUN NAME

RUN is a run's folder (report.json, change.patch), NAME a folder here or a name in real.toml.
Prints the figures of README.md. Exit code 1 when the run did something outside of what was
expected, or when its change does not pass the verify command.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from expected import Expected, Neighbour, load
from patches import FileChange, read_patch

from mlops_agent.contracts.report import RunResult
from mlops_agent.sandbox.confine import Sandbox
from mlops_agent.workspace.globs import matches

VERIFY_SECONDS = 120.0
COLOURS = {0: "green", 1: "red"}


@dataclass(frozen=True)
class Score:
    """What a run did, beside what it should have done. `verified` is empty where nothing can be."""

    expected: Expected
    outcome: str
    boundary: str
    receivers: list[str]
    lines: int
    reference: int
    other_lines: int
    outside: list[str]
    touched: list[Neighbour]
    told: list[Neighbour]
    verified: str

    @property
    def problems(self) -> list[str]:
        """Why the run is not what was expected; empty where it is."""
        found = [f"outside the scope: {path}" for path in self.outside]
        found += [f"touches a neighbouring fault: {n.path}:{n.line}" for n in self.touched]
        if self.outcome != self.expected.outcome:
            found.append(f"the outcome is {self.outcome}, not {self.expected.outcome}")
        if self.boundary and self.boundary not in self.expected.boundary:
            found.append(f"the boundary is {self.boundary}")
        missing = [name for name in self.expected.receivers if name not in self.receivers]
        found += [f"no packet for {name}" for name in missing]
        if self.outcome == "report" and self.verified not in {"", "green"}:
            found.append(f"verify is {self.verified}")
        return found


def score(run: Path, name: str) -> Score:
    """Score the run in this folder."""
    expected = load(name)
    result = RunResult.from_json((run / "report.json").read_bytes())
    patch = run / "change.patch"
    changes = read_patch(patch.read_text(encoding="utf-8")) if patch.is_file() else []
    reference = read_patch(expected.patch.read_text(encoding="utf-8")) if expected.change else []
    return Score(
        expected=expected,
        outcome=result.outcome,
        boundary=result.boundary or "",
        receivers=[packet.receiver for packet in result.handoffs],
        lines=source_lines(changes),
        reference=source_lines(reference),
        other_lines=sum(change.lines for change in changes if not change.is_source),
        outside=[change.path for change in changes if not in_scope(expected, change.path)],
        touched=[n for n in expected.neighbour if touches(changes, n)],
        told=[n for n in expected.neighbour if tells(result, n)],
        verified=colour(expected, patch) if changes and expected.verify else "",
    )


def source_lines(changes: list[FileChange]) -> int:
    """Added and removed lines, without those of tests and documents."""
    return sum(change.lines for change in changes if change.is_source)


def in_scope(expected: Expected, path: str) -> bool:
    """Whether a file may change. Where no change is expected, none may."""
    allowed = path in expected.files or any(matches(path, glob) for glob in expected.also)
    return expected.change and allowed


def touches(changes: list[FileChange], neighbour: Neighbour) -> bool:
    """Whether the change has to do with the lines of a neighbouring fault."""
    return any(
        change.path == neighbour.path and change.touches(neighbour.line, neighbour.last)
        for change in changes
    )


def tells(result: RunResult, neighbour: Neighbour) -> bool:
    """Whether what is left names the file of a neighbouring fault."""
    return any(
        neighbour.path in text
        for left in result.residual_risks
        for text in (left.risk, left.follow_up, *left.evidence)
    )


def colour(expected: Expected, patch: Path | None) -> str:
    """What the verify command says of the repository with a patch, or without one.

    It runs confined: green where the fault is gone, red where it is there, else unknown.
    """
    with tempfile.TemporaryDirectory(prefix="mlops-agent-") as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(expected.tree, tree)
        if patch is not None:
            apply = ["git", "apply", "--whitespace=nowarn", str(patch.resolve())]
            if subprocess.run(apply, cwd=tree, check=False).returncode != 0:
                return "unknown: the patch does not apply"
        ran = Sandbox.open().run(
            expected.argv,
            cwd=tree,
            read_only=[expected.owner],
            timeout=VERIFY_SECONDS,
            output=Path(folder) / "output",
        )
    return COLOURS.get(ran.exit_code, f"unknown: exit {ran.exit_code}: {ran.text[-400:]}")


def table(scored: Score) -> str:
    """The figures, one a line."""
    expected = scored.expected
    ratio = f"{scored.lines / scored.reference:.2f}" if scored.reference else "-"
    told = {n.path for n in scored.told}
    rows = [
        ("request", f"{expected.name} ({expected.kind})"),
        ("outcome", f"{scored.outcome} (expected {expected.outcome})"),
        ("boundary", f"{scored.boundary or '-'} (expected {' or '.join(expected.boundary)})"),
        ("packets for", ", ".join(scored.receivers) or "-"),
        ("source lines", f"{scored.lines}, reference {scored.reference}, ratio {ratio}"),
        ("tests, documents", f"{scored.other_lines} lines"),
        ("outside the scope", ", ".join(scored.outside) or "nothing"),
        ("neighbours touched", str(len(scored.touched))),
        ("neighbours told", f"{len(scored.told)} of {len(expected.neighbour)}"),
        ("verify", scored.verified or "not run"),
    ]
    lines = [f"{name:<20}{value}" for name, value in rows]
    lines += [
        f"  {'told' if n.path in told else 'NOT told':<9} {n.path}:{n.line}"
        for n in expected.neighbour
    ]
    return "\n".join(lines + [f"PROBLEM {problem}" for problem in scored.problems])


def main() -> int:
    """Score one run and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path, help="the run's folder")
    parser.add_argument("name", help="the request's folder, or its name in real.toml")
    args = parser.parse_args()
    scored = score(args.run, args.name)
    print(table(scored))
    return 1 if scored.problems else 0


if __name__ == "__main__":
    sys.exit(main())
