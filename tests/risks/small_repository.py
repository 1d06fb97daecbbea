"""Small real git repositories, their audits, and probes run as the program would run them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from forked_probes import FIRST, forked_probes

import mlops_agent
from mlops_agent.contracts.change import Fix, Probe, TextEdit
from mlops_agent.contracts.finding import Audit, Finding
from mlops_agent.lifecycle.reading import Lifecycle, read_lifecycle
from mlops_agent.risks.auditing import audit_lifecycle
from mlops_agent.risks.fixes import fix_for
from mlops_agent.settings import Settings, load_settings

PROBES = Path(mlops_agent.__file__).parent / "risks" / "probes"
COLOURS = {0: "green", 1: "red"}


@dataclass(frozen=True)
class SmallRepo:
    """A git repository in a temporary folder, all files committed."""

    root: Path

    def write(self, path: str, text: str) -> None:
        """Put a file into the working tree."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def lifecycle(self, settings: Settings | None = None) -> Lifecycle:
        """Read the working tree."""
        return read_lifecycle(self.root, settings=settings or load_settings(self.root))

    def audit(self, settings: Settings | None = None) -> Audit:
        """Audit the working tree."""
        chosen = settings or load_settings(self.root)
        return audit_lifecycle(self.lifecycle(chosen), chosen)

    def only(self, rule: str) -> Finding:
        """The one finding of a rule."""
        found = [finding for finding in self.audit().findings if finding.rule == rule]
        assert len(found) == 1, [f"{f.rule} {f.path}:{f.line} {f.message}" for f in found]
        return found[0]

    def fix(self, finding: Finding) -> Fix:
        """The fix of a finding, which must be there."""
        made = fix_for(self.lifecycle(), finding)
        assert made is not None
        return made

    def apply(self, edits: list[TextEdit]) -> None:
        """Apply edits as the program does: the old text must stand exactly once."""
        for edit in edits:
            target = self.root / edit.path
            text = target.read_bytes().decode("utf-8")
            assert text.count(edit.old) == 1, edit
            target.write_bytes(text.replace(edit.old, edit.new).encode("utf-8"))

    def probe(self, probe: Probe) -> tuple[str, str]:
        """Run a probe script here: its colour and what it printed."""
        if probe.script in FIRST:
            code, printed = forked_probes().run(script_of(probe), probe.arguments, self.root)
            return COLOURS.get(code, "unknown"), printed
        return self.probe_started(probe)

    def probe_started(self, probe: Probe) -> tuple[str, str]:
        """The same, always in a Python that is started for it, as the program does."""
        argv = [sys.executable, script_of(probe), *probe.arguments]
        ran = subprocess.run(
            argv, cwd=self.root, capture_output=True, text=True, timeout=120, check=False
        )
        return COLOURS.get(ran.returncode, "unknown"), ran.stdout + ran.stderr


def script_of(probe: Probe) -> str:
    """Where the probe's script lies."""
    return str(PROBES / f"{probe.script}.py")


def commit(root: Path) -> None:
    """Make the folder a git repository with everything committed."""
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    subprocess.run(["git", "add", "-A"], cwd=root, check=True)
    subprocess.run(["git", *identity, "commit", "-q", "-m", "x"], cwd=root, check=True)
