"""A sandbox whose commands' output is redacted where it lies, before anybody reads or hashes it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Self

from mlops_agent.sandbox.confine import Ran, Sandbox
from mlops_agent.sandbox.output import bounded, digest
from mlops_agent.sandbox.secrets.redactor import Redactor

_CUT_SHORT = re.compile(rb"[^\n]{0,65536}(\n\[stopped: more than \d{1,20} bytes of output\]\n)\Z")


@dataclass(frozen=True, slots=True)
class VeiledSandbox(Sandbox):
    """As the sandbox it is made of, but no output file of it holds a secret."""

    redactor: Redactor = field(default_factory=Redactor)

    @classmethod
    def over(cls, sandbox: Sandbox, redactor: Redactor) -> Self:
        """Veil a sandbox that is open."""
        given = {one.name: getattr(sandbox, one.name) for one in fields(Sandbox)}
        return cls(**given, redactor=redactor)

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
        """As `Sandbox.run`; text and hash are those of the redacted output."""
        ran = Sandbox.run(
            self, argv, cwd=cwd, read_only=read_only, env=env, timeout=timeout, output=output
        )
        data = output.read_bytes()
        redacted = self.redactor.data(_without_torn_end(data))
        if redacted is data:
            return ran
        output.write_bytes(redacted)
        return replace(ran, text=bounded(output), sha256=digest(output))


def _without_torn_end(data: bytes) -> bytes:
    """Output that was stopped by its size, without the line that it was stopped in.

    Half a secret fits no format.
    """
    cut = _CUT_SHORT.search(data, max(0, len(data) - 70_000))
    return data[: cut.start()] + cut[1] if cut and cut.start() < cut.start(1) else data
