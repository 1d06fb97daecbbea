"""The sandbox: one way to run a command of a repository, confined or said not to be.

It is opened once, with a real confined command as proof, and then runs commands in a worktree.
There is no falling back: what can't be confined is not run, unless the operator chose `none`.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from mlops_agent.contracts.report import Isolation
from mlops_agent.errors import SandboxUnavailableError
from mlops_agent.sandbox.diagnosis import explain_failure, nothing_to_confine_with
from mlops_agent.sandbox.environment import HOME, confined_environment
from mlops_agent.sandbox.output import bounded, digest
from mlops_agent.sandbox.process import OUTPUT_LIMIT, Ended, run_confined, run_plain
from mlops_agent.sandbox.profile import confinement
from mlops_agent.sandbox.programs import bubblewraps, prlimit

Kind = Literal["bubblewrap", "none"]

SHELL = ("bash", "-o", "pipefail", "-c")
"""What runs a command line: a part of a pipe that fails makes the line fail."""
_PROOF = "mlops-agent sandbox"
_PROOF_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that was run.

    `text` is bounded (head and tail); all of the output is in `output_path`, with this hash.
    `exit_code` is 124 after a timeout and 128 + N after signal N.
    """

    exit_code: int
    text: str
    output_path: Path
    sha256: str
    seconds: float
    timed_out: bool


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A way to run commands. `bwrap` and `limiter` are None for the kind `none`."""

    isolation: Isolation
    bwrap: Path | None
    limiter: Path | None

    @classmethod
    def open(cls, kind: Kind = "bubblewrap") -> Self:
        """Return a sandbox that was seen to work.

        `none` confines nothing and is for an explicit word of the operator's only. Raises
        SandboxUnavailableError, naming the cause, when commands can't be confined here.
        """
        if kind == "none":
            detail = "not confined, by the operator's choice"
            return cls(Isolation(kind="none", network=True, detail=detail), None, None)
        limiter, candidates = prlimit(), bubblewraps()
        if not candidates:
            raise nothing_to_confine_with("bubblewrap")
        if limiter is None:
            raise nothing_to_confine_with("prlimit")
        failure = SandboxUnavailableError("commands can't be confined")
        for bwrap in candidates:
            sandbox = cls(_isolation(bwrap), bwrap, limiter)
            try:
                sandbox._prove()
            except SandboxUnavailableError as error:
                failure = error
                continue
            return sandbox
        raise failure

    def run(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        read_only: Sequence[Path] = (),
        env: Mapping[str, str] | None = None,
        timeout: float,
        output: Path,
    ) -> Ran:
        """Run a command and return when all of its processes are gone.

        Args:
            argv: program and arguments; no shell is put in between.
            cwd: the worktree, the only place on disk that can be written.
            read_only: further files and folders that can be read.
            env: variables on top of the clean environment.
            timeout: seconds until everything is killed.
            output: file that takes standard output and error.

        Raises SandboxUnavailableError when the confinement itself breaks.
        """
        worktree = cwd.resolve()
        ended = self._run(list(argv), worktree, read_only, dict(env or {}), timeout, output)
        if not ended.set_up:
            raise explain_failure(bounded(output))
        if ended.flooded:
            _cut(output)
        return Ran(
            ended.exit_code, bounded(output), output, digest(output), ended.seconds, ended.timed_out
        )

    def _run(
        self,
        argv: list[str],
        worktree: Path,
        read_only: Sequence[Path],
        env: dict[str, str],
        timeout: float,
        output: Path,
    ) -> Ended:
        if self.bwrap is None or self.limiter is None:
            environment = confined_environment(env, home=str(Path.home()))
            return run_plain(
                argv, cwd=worktree, environment=environment, timeout=timeout, output=output
            )
        bwrap, limiter = self.bwrap, self.limiter
        shown = [path.resolve() for path in read_only]
        return run_confined(
            lambda status: [*confinement(bwrap, limiter, worktree, shown, status), *argv],
            environment=confined_environment(env, home=HOME),
            timeout=timeout,
            output=output,
        )

    def _prove(self) -> None:
        with tempfile.TemporaryDirectory(prefix="mlops-agent-") as folder:
            worktree = Path(folder) / "worktree"
            worktree.mkdir()
            ran = self.run(
                ["bash", "-c", f"echo '{_PROOF}' > proof && cat proof"],
                cwd=worktree,
                timeout=_PROOF_SECONDS,
                output=Path(folder) / "output",
            )
        if ran.exit_code != 0 or ran.text.strip() != _PROOF:
            raise explain_failure(ran.text)


def _isolation(bwrap: Path) -> Isolation:
    done = subprocess.run([bwrap, "--version"], capture_output=True, text=True, check=False)
    detail = f"{done.stdout.strip() or 'bubblewrap'} ({bwrap}): own namespaces, allow-listed files"
    return Isolation(kind="bubblewrap", network=False, detail=detail)


def _cut(output: Path) -> None:
    note = f"\n[stopped: more than {OUTPUT_LIMIT} bytes of output]\n".encode()
    with output.open("r+b") as file:
        file.truncate(OUTPUT_LIMIT)
        file.seek(0, 2)
        file.write(note)
