"""What a rendered report shows beside the record itself: the diff, and what the probe printed."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mlops_agent.contracts.change import ProbeRun
from mlops_agent.contracts.report import ProbeTurned, RunResult, Validation
from mlops_agent.report.checks.probe import script_of
from mlops_agent.report.evidence import Evidence
from mlops_agent.report.wording import first_line


@dataclass(frozen=True, slots=True)
class Turn:
    """A probe that turned: its name, its runs on the base and on the proposed tree, its purpose."""

    probe: str
    runs: tuple[ProbeRun, ProbeRun]
    what: str = ""

    def other(self, run: ProbeRun) -> ProbeRun:
        """The run that a run is held against."""
        base, proposed = self.runs
        return proposed if run is base else base


@dataclass(frozen=True, slots=True)
class Exhibits:
    """The change's patch, and the probe runs and their purposes by id.

    Empty for a rendering of the record alone.
    """

    patch: str = ""
    probes: Mapping[str, ProbeRun] = field(default_factory=dict[str, ProbeRun])
    purposes: Mapping[str, str] = field(default_factory=dict[str, str])
    sittings: int = 1

    @classmethod
    def of_run(cls, run_folder: Path) -> Exhibits:
        """Collect them from a run's folder; raises BadInputError for a broken journal."""
        return cls.of_evidence(Evidence.of_run(run_folder))

    @classmethod
    def of_evidence(cls, evidence: Evidence) -> Exhibits:
        """Collect them from a record that was opened already."""
        patch = evidence.redactor.data(evidence.diff.patch) if evidence.diff else b""
        ledger = evidence.ledger
        return cls(patch.decode(errors="replace"), ledger.probes, ledger.purposes, ledger.sittings)

    def command_of(self, validation: Validation) -> str:
        """A validation's command as people read it, on one line.

        A probe is its name, its purpose and its script in the run's folder, where its author said
        what it is; of a command of several lines the first is shown.
        """
        for pointer in validation.evidence:
            run = self.probes.get(pointer.removeprefix("probe:"))
            if run is not None and (what := self.purposes.get(run.id)):
                script = f" ({script_of(run)} in the run's folder)" if run.script_sha256 else ""
                return f"{run.probe}: {what.strip()}{script}"
            if run is not None and run.script_sha256:
                return shlex.join(["python", script_of(run), *run.argv[2:]])
        return first_line(validation.command)

    def turns(self, result: RunResult) -> list[Turn]:
        """The probes that the report's verified claims rest on, in order, each once."""
        turns: dict[tuple[str, str], Turn] = {}
        for claim in result.claims:
            for one in claim.asserts if claim.verified else ():
                if not isinstance(one, ProbeTurned):
                    continue
                base, proposed = (self.probes.get(i) for i in (one.base_run, one.proposed_run))
                if base is not None and proposed is not None:
                    what = self.purposes.get(proposed.id, "")
                    turns[base.id, proposed.id] = Turn(one.probe, (base, proposed), what)
        return list(turns.values())
