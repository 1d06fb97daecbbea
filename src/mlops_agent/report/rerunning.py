"""Running a report's commands and probes once more, on fresh checkouts of the run's own trees.

Each runs in the sandbox, on the tree that it saw in the run. What is compared is what the report
says: exit codes, quoted output, colours. Nothing is written into the run's folder. A run does it
before it calls its report verified, `check --rerun` does it again later.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mlops_agent.contracts.change import ProbeRun
from mlops_agent.contracts.report import Claim, CommandRan, ProbeTurned, RunResult, Validation
from mlops_agent.report.checkouts import check_out_tree, is_kept
from mlops_agent.report.checks.probe import colour_of, script_of, script_problem
from mlops_agent.report.evidence import Evidence
from mlops_agent.report.freshness import seen_by
from mlops_agent.report.pointers import pointers_of
from mlops_agent.sandbox.confine import SHELL, Ran, Sandbox
from mlops_agent.sandbox.secrets.comparing import holds
from mlops_agent.sandbox.secrets.redactor import Redactor
from mlops_agent.sandbox.veiled import VeiledSandbox
from mlops_agent.workspace.guarded import guarded_tops, real_places
from mlops_agent.workspace.removing import passing_folder

COMMAND_SECONDS = 600.0
PROBE_SECONDS = 600.0
CLEAN = "it ran on a clean checkout of the tree that it saw, without what other calls left behind"
STABLE = "durations, dates and the like differ each time: quote a part that stays the same"
_PREFIX = "mlops-agent-rerun-"


@dataclass(frozen=True)
class Rerun:
    """A second run of what a report rests on; each command and probe runs once."""

    evidence: Evidence
    sandbox: Sandbox
    _calls: dict[str, tuple[Ran, bytes] | str] = field(
        default_factory=dict[str, tuple[Ran, bytes] | str]
    )
    _probes: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def commands(self) -> int:
        """How many commands were run again so far."""
        return len(self._calls)

    @property
    def probes(self) -> int:
        """How many probe runs were done again so far."""
        return len(self._probes)

    def planned(self, claims: Sequence[Claim], validations: Sequence[Validation]) -> int:
        """How many commands and probe runs these rest on."""
        pointers = {
            pointer
            for claim in claims
            for one in claim.asserts
            if isinstance(one, CommandRan | ProbeTurned)
            for pointer in pointers_of(one)
        }
        pointers |= {
            pointer
            for one in validations
            for pointer in one.evidence
            if pointer.startswith(("call:", "probe:"))
        }
        return len(pointers)

    def judge(self, result: RunResult) -> RunResult:
        """Return the checked result with what came out differently as a problem."""
        claims = self.claims(result.claims)
        differing = self.validations(result.validations)
        problems = [*result.problems, *differing]
        holds = result.verified and not differing and all(one.verified for one in claims)
        return result.model_copy(update={"claims": claims, "problems": problems, "verified": holds})

    def claims(self, claims: Sequence[Claim]) -> list[Claim]:
        """The claims, those marked that came out differently."""
        return [self._claim(claim) for claim in claims]

    def validations(self, validations: Sequence[Validation]) -> list[str]:
        """What came out differently of the validations, one line each."""
        return [
            f"validation {number} ({one.path}): {problem}"
            for number, one in enumerate(validations, start=1)
            if (problem := self._validation(one))
        ]

    def _claim(self, claim: Claim) -> Claim:
        if not claim.verified:
            return claim
        for one in claim.asserts:
            problem = ""
            if isinstance(one, CommandRan):
                problem = self._command(one.call, one.exit_code, one.quotes)
            elif isinstance(one, ProbeTurned):
                problem = self._probe(one.base_run) or self._probe(one.proposed_run)
            if problem:
                return claim.model_copy(update={"verified": False, "problem": problem})
        return claim

    def _validation(self, validation: Validation) -> str:
        for pointer in validation.evidence:
            kind, _, name = pointer.partition(":")
            if kind == "call" and (call := self.evidence.ledger.calls.get(name)) is not None:
                problem = self._command(name, call.exit_code, ())
            elif kind == "probe" and name in self.evidence.ledger.probes:
                problem = self._probe(name)
            else:
                problem = ""
            if problem:
                return problem
        return ""

    def _command(self, call: str, exit_code: int | None, quotes: Sequence[str]) -> str:
        if call not in self._calls:
            self._calls[call] = self._again(call)
        again = self._calls[call]
        if isinstance(again, str):
            return again
        ran, output = again
        if ran.exit_code != exit_code:
            return f"run again, call {call} ends with exit code {ran.exit_code}; {CLEAN}"
        for quote in quotes:
            if not _prints(output, quote, self.evidence.redactor):
                hint = STABLE if any(one.isdigit() for one in quote) else CLEAN
                return f"run again, call {call} does not print {quote!r}; {hint}"
        return ""

    def _again(self, call: str) -> tuple[Ran, bytes] | str:
        seen = seen_by(call, self.evidence)
        if self.evidence.trees is None or not is_kept(self.evidence.trees, seen):
            return f"call {call} saw a tree that was not kept, so it can't be run again"
        if self.evidence.ledger.calls[call].effect == "live_mutation":
            return f"call {call} changes a live system, so it is not run again"
        argv = [*SHELL, self.evidence.ledger.calls[call].command]
        if problem := _unrunnable(argv):
            return problem
        with passing_folder(_PREFIX) as scratch:
            folder = scratch / "tree"
            # Commands had the worktree's repository around them, probes the bare files of a tree.
            check_out_tree(self.evidence.trees, seen, folder)
            kept = real_places(folder, guarded_tops(self.evidence.trees.paths("base")))
            return self._run(argv, folder, kept, COMMAND_SECONDS)

    def _probe(self, name: str) -> str:
        if name not in self._probes:
            run = self.evidence.ledger.probes[name]
            self._probes[name] = script_problem(run, self.evidence) or self._probe_again(run)
        return self._probes[name]

    def _probe_again(self, run: ProbeRun) -> str:
        argv, shown = list(run.argv), ()
        if run.script_sha256:
            script = (self.evidence.run_folder / script_of(run)).resolve()
            argv, shown = [sys.executable, str(script), *run.argv[2:]], (script,)
        if problem := _unrunnable(argv):
            return problem
        assert self.evidence.trees is not None
        with passing_folder(_PREFIX) as scratch:
            folder = scratch / "tree"
            self.evidence.trees.checkout(run.tree, folder)
            ran, _ = self._run(argv, folder, shown, PROBE_SECONDS)
        colour = colour_of(None if ran.timed_out else ran.exit_code)
        if colour != run.colour:
            return f"run again, the probe {run.probe} is {colour} on the {run.tree} tree"
        return ""

    def _run(
        self, argv: list[str], folder: Path, shown: Sequence[Path], seconds: float
    ) -> tuple[Ran, bytes]:
        output = folder.with_name("output")
        # What another machine's environment holds must not change what is compared.
        veiled = VeiledSandbox.over(self.sandbox, self.evidence.redactor)
        ran = veiled.run(argv, cwd=folder, read_only=shown, timeout=seconds, output=output)
        return ran, output.read_bytes()


def _unrunnable(argv: Sequence[str]) -> str:
    # No run wrote such a record: the folder is a stranger's.
    if not argv or any("\0" in word for word in argv):
        return "its record names no command that can be run"
    return ""


def _prints(output: bytes, quote: str, redactor: Redactor) -> bool:
    return quote.encode() in output or holds(output.decode(errors="replace"), quote, redactor)
