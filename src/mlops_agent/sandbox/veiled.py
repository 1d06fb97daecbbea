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

_STOPPED = re.compile(rb"\n\[stopped: more than \d{1,20} bytes of output\]\n\Z")
_STOPPED_BYTES = 100
_TORN_BYTES = 64 * 1024


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
        redacted = without_torn_end(self.redactor.data(data))
        if redacted is data:
            return ran
        output.write_bytes(redacted)
        return replace(ran, text=bounded(output), sha256=digest(output))


def without_torn_end(data: bytes) -> bytes:
    """Output that was stopped by its size, without the line that it was stopped in.

    Half a secret fits no format. Of a line that has no end, the last 64 KiB are left out.
    """
    stopped = _STOPPED.search(data, max(0, len(data) - _STOPPED_BYTES))
    if stopped is None:
        return data
    least = max(0, stopped.start() - _TORN_BYTES)
    start = max(least, data.rfind(b"\n", least, stopped.start()) + 1)
    return data[:start] + stopped.group() if start < stopped.start() else data
