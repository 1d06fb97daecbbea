"""The sandbox: one way to run a command of a repository, confined or said not to be.

It is opened once, with a real confined command as proof, and then runs commands in a worktree.
There is no falling back: what can't be confined is not run, unless the operator chose `none`.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from mlops_agent.contracts.report import Isolation
from mlops_agent.errors import SandboxUnavailableError
from mlops_agent.sandbox.diagnosis import explain_failure, nothing_to_confine_with
from mlops_agent.sandbox.environment import confined_environment
from mlops_agent.sandbox.git_data import find_git_data
from mlops_agent.sandbox.isolation import confined, unconfined
from mlops_agent.sandbox.output import OUTPUT_LIMIT, bounded, digest
from mlops_agent.sandbox.process import Ended, Job, run_confined, run_plain
from mlops_agent.sandbox.profile import LIMITS, Means, View, confinement
from mlops_agent.sandbox.programs import bubblewraps, prlimit
from mlops_agent.sandbox.system_calls import filter_program
from mlops_agent.sandbox.unprivileged import USER, Unprivileged, give

Kind = Literal["bubblewrap", "external", "none"]

SHELL = ("bash", "-o", "pipefail", "-c")
"""What runs a command line: a part of a pipe that fails makes the line fail."""
_PROOF = "mlops-agent sandbox"
_PROOF_SECONDS = 20.0
_PATH_SHOWN = 200


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
    """A way to run commands. `means` is None where they are not confined by us."""

    isolation: Isolation
    means: Means | None
    limiter: Path | None = None

    @classmethod
    def open(cls, kind: Kind = "bubblewrap", *, network: bool = False) -> Self:
        """Return a sandbox that was seen to work.

        `external` and `none` confine nothing and are for an explicit word of the operator's only;
        commands have a network then. With bubblewrap they have one where `network` says so. Raises
        SandboxUnavailableError, naming the cause, when commands can't be confined here.
        """
        limiter = prlimit()
        if kind != "bubblewrap":
            return cls(unconfined(kind), None, limiter if kind == "external" else None)
        candidates = bubblewraps()
        if not candidates:
            raise nothing_to_confine_with("bubblewrap")
        if limiter is None:
            raise nothing_to_confine_with("prlimit")
        user = Unprivileged.make() if os.geteuid() == 0 else None
        failure = SandboxUnavailableError("commands can't be confined")
        for bwrap in candidates:
            means = Means(bwrap, limiter, user)
            sandbox = cls(confined(means, network=network), means)
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
            cwd: the worktree, the only place on disk that can be written. Where we are root, its
                files are given to the user that the command runs as.
            read_only: further files and folders that can be read.
            env: variables on top of the clean environment.
            timeout: seconds until everything is killed.
            output: file that takes standard output and error.

        Raises SandboxUnavailableError when the confinement itself breaks.
        """
        worktree = cwd.resolve()
        output.parent.mkdir(parents=True, exist_ok=True)
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
        if self.means is None:
            environment = confined_environment(argv, env, home=str(Path.home()))
            limits = [str(self.limiter), *LIMITS, "--"] if self.limiter else []
            return run_plain([*limits, *argv], worktree, Job(environment, timeout, output))
        means, environment = self.means, confined_environment(argv, env)
        shown = [path.resolve() for path in read_only]
        with ExitStack() as stack:
            copies, owner = dict[int, Path](), None
            if means.user:
                _give(worktree)
                copies, owner = _opened(shown, worktree, stack), USER
            shown = [path for path in shown if path not in copies.values()]
            git = find_git_data(worktree)
            copied = git.copied() if git else {}
            git_files = {_file_of(data, stack): path for path, data in copied.items()}
            refused = _filter(stack)
            view = View(worktree, shown, copies, git, git_files, self.isolation.network, refused)
            handed = [*copies, *git_files, *([] if refused is None else [refused])]
            handed += [means.user.namespace] if means.user else []
            return run_confined(
                lambda status, gate: [*confinement(means, view, status, gate), *argv],
                Job(environment, timeout, output, handed, owner),
            )

    def _prove(self) -> None:
        with tempfile.TemporaryDirectory(prefix="mlops-agent-") as folder:
            worktree = Path(folder) / "worktree"
            worktree.mkdir()
            ran = self.run(
                [
                    *SHELL,
                    f"echo '{_PROOF}' > proof && cat proof && \"$0\" -S -c pass",
                    sys.executable,
                ],
                cwd=worktree,
                timeout=_PROOF_SECONDS,
                output=Path(folder) / "output",
            )
        if ran.exit_code != 0 or ran.text.strip() != _PROOF:
            raise explain_failure(ran.text.replace(_PROOF, ""))


def _give(worktree: Path) -> None:
    try:
        give(worktree)
    except OSError as error:
        # Commands can nest folders deeper than any path is long.
        shown = str(error.filename)[:_PATH_SHOWN]
        raise SandboxUnavailableError(
            f"{shown} can't be given to the user of the sandbox: {error.strerror}",
            "keep runs on a file system that knows owners (XDG_STATE_HOME)",
        ) from error


def _opened(shown: Sequence[Path], worktree: Path, stack: ExitStack) -> dict[int, Path]:
    """The files among them, opened: the user may not be allowed to, as root's umask has it."""
    files = [path for path in shown if path.is_file() and not path.is_relative_to(worktree)]
    return {stack.enter_context(path.open("rb")).fileno(): path for path in files}


def _filter(stack: ExitStack) -> int | None:
    program = filter_program()
    return None if program is None else _file_of(program, stack)


def _file_of(data: bytes, stack: ExitStack) -> int:
    """A descriptor to read these bytes from, once."""
    descriptor = os.memfd_create("copy")
    stack.callback(os.close, descriptor)
    os.write(descriptor, data)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def _cut(output: Path) -> None:
    note = f"\n[stopped: more than {OUTPUT_LIMIT} bytes of output]\n".encode()
    with output.open("r+b") as file:
        file.truncate(OUTPUT_LIMIT)
        file.seek(0, 2)
        file.write(note)
