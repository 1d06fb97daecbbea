"""Make a plan's change and prove it: red on the base, edit, green on the proposal, or undone.

Says in words why nothing is left of the change where the proof does not come about.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from mlops_agent.contracts.change import Declaration, Probe, ProbeRun, TextEdit
from mlops_agent.contracts.journal import ToolResult
from mlops_agent.contracts.request import Request
from mlops_agent.drivers.offline.editing import make_edit
from mlops_agent.drivers.offline.plan import Plan
from mlops_agent.drivers.offline.steps import Calls, Script

MOST_HUNKS_TRIED = 6
"""More edits than this are not dropped one by one: each try runs every probe again."""


@dataclass(frozen=True, slots=True)
class Proof:
    """One probe with its run on the base tree and its last run on the proposed one."""

    probe: Probe
    base: ProbeRun
    proposed: ProbeRun


class Change:
    """Carries out one plan. `proofs`, `numbers` and `droppable` hold what came of it."""

    def __init__(self, calls: Calls, plan: Plan, request: Request) -> None:
        self._calls = calls
        self._plan = plan
        self._request = request
        self._base: list[ProbeRun] = []
        self.proofs: list[Proof] = []
        self.numbers: ToolResult | None = None
        self.droppable: int | None = None

    def carry_out(self) -> Script[str]:
        """Do it all; returns why nothing was changed, or the empty string."""
        problem = (yield from self._declare()) or (yield from self._see_red())
        if problem:
            return problem
        problem = (yield from self._edit()) or (yield from self._see_green())
        if problem:
            yield from self._revert()
            return f"{problem}; all edits were taken back"
        self.droppable = yield from self._droppable()
        if len(self._plan.edits) > 1:
            problem = yield from self._see_green()
            if problem:
                yield from self._revert()
                return f"{problem}; all edits were taken back"
        self.numbers = yield from self._calls.repeat(
            "See what changed.", "Bash", command="git diff --numstat HEAD"
        )
        return ""

    def _declare(self) -> Script[str]:
        new = [edit.path for edit in self._plan.edits if not edit.old]
        for path in self._plan.files:
            if path not in new:
                yield from self._calls.make(f"Read {path}.", "Read", path=path)
        first = self._plan.findings[0]
        declaration = Declaration(
            boundary=first.boundary,
            risk=first.message,
            rule=first.rule,
            files=self._plan.files,
            line_budget=self._plan.line_budget,
        )
        result = yield from self._calls.make(
            "Declare the scope.", "Declare", **declaration.model_dump(mode="json")
        )
        return "" if result.ok else result.text

    def _see_red(self) -> Script[str]:
        for probe in self._plan.probes:
            run = yield from self._probe(probe, "base")
            if run.colour != "red":
                return _not_red(run)
            self._base.append(run)
        return ""

    def _edit(self) -> Script[str]:
        for edit in self._plan.edits:
            problem = yield from make_edit(self._calls, edit)
            if problem:
                return f"the edit of {edit.path} failed: {problem}"
        return ""

    def _see_green(self) -> Script[str]:
        self.proofs = []
        for probe, base in zip(self._plan.probes, self._base, strict=True):
            run = yield from self._probe(probe, "proposed")
            if run.colour != "green":
                said = run.why or last_line(run.output)
                return f"after the edit the probe {run.probe} is still {run.colour}: {said}"
            self.proofs.append(Proof(probe, base, run))
        return ""

    def _probe(self, probe: Probe, tree: str) -> Script[ProbeRun]:
        data = yield from self._calls.need(
            f"Probe {probe.name} on the {tree} tree.",
            "Probe",
            probe=probe.model_dump(mode="json"),
            trees=[tree],
        )
        return ProbeRun.model_validate(data["runs"][0])

    def _droppable(self) -> Script[int | None]:
        """How many edits the probes stay green without; None where that was not tried."""
        edits = self._plan.edits
        if len(edits) == 1:
            # The probe was red without the only edit: that is the base tree.
            return 0
        if len(edits) > MOST_HUNKS_TRIED:
            return None
        unneeded = 0
        for edit in edits:
            back = TextEdit(path=edit.path, old=edit.new, new=edit.old)
            if not edit.old or not edit.new or (yield from make_edit(self._calls, back)):
                return None
            colours: set[str] = set()
            for probe in self._plan.probes:
                colours.add((yield from self._probe(probe, "proposed")).colour)
            if (yield from make_edit(self._calls, edit)):
                return None
            unneeded += colours == {"green"}
        return unneeded

    def _revert(self) -> Script[None]:
        for path in self._plan.files:
            quoted = shlex.quote(path)
            known = f"git cat-file -e HEAD:{quoted} 2>/dev/null"
            back = f"git show HEAD:{quoted} > {quoted}"
            command = f"if {known}; then {back}; else rm -f -- {quoted}; fi"
            yield from self._calls.repeat(f"Take back {path}.", "Bash", command=command)


def last_line(text: str) -> str:
    """The last line of a probe's output that says something, for people."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it printed nothing"


def _not_red(run: ProbeRun) -> str:
    if run.colour == "green":
        said = last_line(run.output)
        return f"the probe {run.probe} does not show the fault on the base tree: {said}"
    return f"the probe {run.probe} can't tell on this machine: {run.why or last_line(run.output)}"
