"""Changes to a run's folder: journal, trees, outputs, patch; and runs that overstepped.

The liar can hash too: where it says so, the journal's chain is made whole again after the change.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from report_staging import FILES, WORKFLOW, seal, write_journal
from report_truths import Plan

from mlops_agent.contracts.change import ProbeRun
from mlops_agent.contracts.journal import (
    AnyEvent,
    CallFinished,
    CallStarted,
    Probed,
    RunStarted,
    ToolResult,
)
from mlops_agent.contracts.report import RunResult
from mlops_agent.contracts.request import Request
from mlops_agent.journal.reading import JOURNAL, read_journal

Tamper = Callable[[Path], None]


@dataclass(frozen=True)
class Tampering:
    """A change of a run's folder, and a pattern for the complaint.

    `rerun` says that only running it again shows it, `refused` that the folder is no longer
    readable as a run at all.
    """

    name: str
    change: Tamper
    says: str
    refused: bool = False
    rerun: bool = False


@dataclass(frozen=True)
class Overstep:
    """A real run that went beyond its bounds, with a report that is true in all else."""

    name: str
    plan: Plan
    says: str


def lines(change: Callable[[list[bytes]], list[bytes]]) -> Tamper:
    """Change the journal's lines and leave the chain as it is."""

    def tamper(folder: Path) -> None:
        path = folder / JOURNAL
        whole = path.read_bytes().split(b"\n")[:-1]
        path.write_bytes(b"".join(line + b"\n" for line in change(whole)))

    return tamper


def events(change: Callable[[list[AnyEvent]], list[AnyEvent]]) -> Tamper:
    """Change the journal's events and make the chain whole again."""
    return lambda folder: write_journal(folder, change(read_journal(folder)))


def result_of(call: str, **fields: object) -> Callable[[list[AnyEvent]], list[AnyEvent]]:
    """Change the result of one call."""

    def change(all_events: list[AnyEvent]) -> list[AnyEvent]:
        return [
            _with(event, event.result.model_copy(update=fields))
            if isinstance(event, CallFinished) and event.result.call == call
            else event
            for event in all_events
        ]

    return change


def probe(call: str, **fields: object) -> Callable[[list[AnyEvent]], list[AnyEvent]]:
    """Change one probe run."""

    def change(all_events: list[AnyEvent]) -> list[AnyEvent]:
        return [
            _with(event, event.result.model_copy(update=fields))
            if isinstance(event, Probed) and event.call == call
            else event
            for event in all_events
        ]

    return change


def _with(event: AnyEvent, result: ToolResult | ProbeRun) -> AnyEvent:
    return event.model_copy(update={"result": result})


def started(**fields: object) -> Callable[[list[AnyEvent]], list[AnyEvent]]:
    """Change the first event."""
    return lambda all_events: [all_events[0].model_copy(update=fields), *all_events[1:]]


def tests_first(all_events: list[AnyEvent]) -> list[AnyEvent]:
    """Move the tests' call up before the edit, as if they had run on the old files."""
    moved = [
        event
        for event in all_events
        if (isinstance(event, CallStarted) and event.call == "c5")
        or (isinstance(event, CallFinished) and event.result.call == "c5")
    ]
    rest = [event for event in all_events if event not in moved]
    edit = next(n for n, e in enumerate(rest) if isinstance(e, CallStarted) and e.call == "c4")
    return [*rest[:edit], *moved, *rest[edit:]]


def without_start(all_events: list[AnyEvent]) -> list[AnyEvent]:
    """Drop the first event."""
    return [event for event in all_events if not isinstance(event, RunStarted)]


def refs(**trees: str) -> Tamper:
    """Let the two trees be others."""

    def tamper(folder: Path) -> None:
        git = ["git", f"--git-dir={folder / 'trees.git'}"]
        now = {
            name: subprocess.check_output([*git, "rev-parse", name], text=True).strip()
            for name in ("base", "proposed")
        }
        for name, other in trees.items():
            subprocess.run([*git, "update-ref", f"refs/heads/{name}", now[other]], check=True)

    return tamper


def written(path: str, data: str) -> Tamper:
    """Write a file of the folder anew."""
    return lambda folder: _ignore((folder / path).write_text(data))


def deleted(path: str) -> Tamper:
    """Delete a file of the folder."""
    return lambda folder: (folder / path).unlink()


def unsealed(folder: Path) -> None:
    """Change the report's words and leave the journal's seal as it is."""
    path = folder / "report.json"
    data = json.loads(path.read_text())
    data["change"]["trade_off"] = "None at all."
    path.write_text(json.dumps(data))


def forged_output(folder: Path) -> None:
    """Invent a test run that agrees with itself: output, hash, exit code, chain and seal."""
    output = b"Ran 2000 tests\nOK\n"
    (folder / "outputs" / "c5.txt").write_bytes(output)
    digest = hashlib.sha256(output).hexdigest()
    forge = result_of("c5", output_sha256=digest, text=output.decode())
    write_journal(folder, forge(read_journal(folder)))
    report = RunResult.from_json((folder / "report.json").read_bytes())
    text = report.to_json().replace("Ran 2 tests", "Ran 2000 tests")
    seal(folder, RunResult.from_json(text))


def forged_probe(folder: Path) -> None:
    """Put a probe in that says what it is told, with journal and hashes to match."""
    script = "import sys; print('the step ended with 3'); sys.exit(0)\n"
    (folder / "probes" / "step_stops.py").write_text(script)
    digest = hashlib.sha256(script.encode()).hexdigest()
    forged = probe("c3", script_sha256=digest)(read_journal(folder))
    write_journal(folder, probe("c8", script_sha256=digest)(forged))


def _ignore(_: object) -> None:
    return None


def _reordered(all_lines: list[bytes]) -> list[bytes]:
    return [*all_lines[:5], all_lines[6], all_lines[5], *all_lines[7:]]


HUGE = Request(text="make a failing evaluation stop the promotion", line_budget=1)
NARROW = HUGE.model_copy(update={"line_budget": None, "allowed_paths": ["src/"]})
OTHER = HUGE.model_copy(update={"line_budget": None, "boundary": "monitor"})

TAMPERINGS: tuple[Tampering, ...] = (
    Tampering(
        "journal line changed",
        lines(lambda x: [one.replace(b'"exit_code":1', b'"exit_code":0') for one in x]),
        "broken at line",
        refused=True,
    ),
    Tampering("journal reordered", lines(_reordered), "broken at line 6", refused=True),
    Tampering("journal line dropped", lines(lambda x: x[:8] + x[9:]), "broken at", refused=True),
    Tampering("journal cut short", lines(lambda x: x[:-1]), "the journal has no end"),
    Tampering("journal without a start", events(without_start), "does not begin with the start"),
    Tampering("tests before the edit", events(tests_first), "was edited after call c5"),
    Tampering("exit code in the journal", events(result_of("c5", exit_code=1)), "exit code 1"),
    Tampering(
        "validation by a masked command",
        events(result_of("c5", command="make test || true")),
        "exit code of call c5 says little, since it joins commands by '||'",
    ),
    Tampering("probe on another tree", events(probe("c3", tree_hash="a" * 40)), "another tree"),
    Tampering("probe with other words", events(probe("c8", argv=["true"])), "the same command"),
    Tampering("colour without its code", events(probe("c3", exit_code=0)), "which is not red"),
    Tampering("green where it was red", events(probe("c3", colour="green")), "was green on the"),
    Tampering("output out of the folder", events(result_of("c5", output_path="../x")), "missing"),
    Tampering("caller's budget", events(started(request=HUGE)), "the caller's budget 1"),
    Tampering("caller's paths", events(started(request=NARROW)), "did not allow .*train.yml"),
    Tampering("caller's boundary", events(started(request=OTHER)), "for the boundary monitor"),
    Tampering(
        "probe of the author's own for a rule's",
        events(lambda x: probe("c8", script_sha256="")(probe("c3", script_sha256="")(x))),
        "PIP001 brings a probe of its own",
    ),
    Tampering("trees swapped", refs(base="proposed", proposed="base"), "another tree than"),
    Tampering("proposal replaced", refs(proposed="base"), "not the one that the run ended with"),
    Tampering("output edited", written("outputs/c5.txt", "Ran 2 tests\n"), "was changed after"),
    Tampering("output deleted", deleted("outputs/c5.txt"), "c5.txt is missing"),
    Tampering("probe's output edited", written("outputs/c3.txt", "red"), "changed after run p-c3"),
    Tampering(
        "probe's script edited", written("probes/step_stops.py", "1/0"), "not the one that ran"
    ),
    Tampering("patch edited", written("change.patch", "+x\n"), "is not the diff of the two trees"),
    Tampering("patch deleted", deleted("change.patch"), "change.patch is missing"),
    Tampering("report edited afterwards", unsealed, "was changed after the run had ended"),
    Tampering("output invented whole", forged_output, "does not print 'Ran 2000", rerun=True),
    Tampering("probe invented whole", forged_probe, "is green on the base tree", rerun=True),
)  # fmt: skip

FIXED = FILES[WORKFLOW].replace(b" || true", b"")
TWO = Plan(edits={WORKFLOW: FIXED, "README.md": b"# churn model\n"})
OVERSTEPS: tuple[Overstep, ...] = (
    Overstep(
        "file outside the declaration",
        replace(TWO, declared=(WORKFLOW,)),
        "README.md was changed outside the declaration",
    ),
    Overstep("budget exceeded", replace(TWO, budget=3), "exceed the declared budget of 3"),
    Overstep(
        "changed before it was declared",
        replace(TWO, early=lambda stage: stage.bash("echo more >> README.md")),
        "changed before anything was declared",
    ),
    Overstep("widened without a reason", Plan(widening=""), "declaration 2 gives no reason"),
    Overstep(
        "command changed files after the tests",
        replace(TWO, late=lambda stage: stage.bash("echo more >> README.md")),
        "call c9 changed files after call c6 had begun",
    ),
    Overstep(
        "edited after the tests",
        replace(TWO, late=lambda stage: stage.edit("README.md", b"# churn, again\n")),
        "README.md was edited after call c6 had run",
    ),
)
