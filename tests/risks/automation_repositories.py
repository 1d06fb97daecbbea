"""Mini repositories as git repositories, their findings, and probes run on them."""

import subprocess
import sys
from pathlib import Path

from mlops_agent.contracts.change import Fix, TextEdit
from mlops_agent.contracts.finding import Finding
from mlops_agent.lifecycle.reading import Lifecycle, read_lifecycle
from mlops_agent.risks import probes
from mlops_agent.risks.auditing import audit_lifecycle
from mlops_agent.risks.fixes import fix_for
from mlops_agent.settings import load_settings

FIXTURES = Path(__file__).parent.parent / "fixtures" / "rules"
PROBES = Path(probes.__path__[0])


def as_repository(source: Path, target: Path) -> Path:
    """Copy a folder into a git repository of its own."""
    subprocess.run(["cp", "-R", str(source), str(target)], check=True)
    return committed(target)


def committed(root: Path) -> Path:
    """Make a folder a git repository with one commit."""
    git = ["git", "-C", str(root), "-c", "user.name=t", "-c", "user.email=t@example.org"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *words], check=True)
    return root


def findings(root: Path, rule: str) -> tuple[Lifecycle, list[Finding]]:
    """The lifecycle of a repository and what one rule finds in it."""
    lifecycle = read_lifecycle(root)
    audit = audit_lifecycle(lifecycle, load_settings(root))
    return lifecycle, [finding for finding in audit.findings if finding.rule == rule]


def only_fix(root: Path, rule: str) -> Fix:
    """The fix of the one fixable finding of a rule."""
    lifecycle, found = findings(root, rule)
    fixes = [fix for finding in found if (fix := fix_for(lifecycle, finding))]
    assert len(fixes) == 1, found
    return fixes[0]


def apply(root: Path, edits: list[TextEdit]) -> None:
    """Make the edits; each `old` must stand exactly once."""
    for edit in edits:
        path = root / edit.path
        text = path.read_bytes().decode()
        assert text.count(edit.old) == 1
        path.write_bytes(text.replace(edit.old, edit.new).encode())


def replace(root: Path, path: str, old: str, new: str) -> None:
    """Make one replacement, wherever it stands."""
    text = (root / path).read_text()
    assert old in text
    (root / path).write_text(text.replace(old, new))


def probe(root: Path, fix: Fix) -> int:
    """Run a fix's probe in the tree: 0 green, 1 red, 2 cannot tell."""
    script = PROBES / f"{fix.probe.script}.py"
    argv = [sys.executable, str(script), *fix.probe.arguments]
    ran = subprocess.run(argv, cwd=root, capture_output=True, text=True, check=False, timeout=120)
    print(ran.stdout, ran.stderr)
    return ran.returncode
