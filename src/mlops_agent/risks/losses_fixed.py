"""The smallest edit that lets a lost failure through, with its probe.

Owns the edits for GitHub, GitLab, make, DVC and shell scripts. Where the place cannot be edited
with certainty (a rescue that spans lines, a shell that has no pipefail) there is no fix.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlops_agent.contracts.change import Fix, Probe
from mlops_agent.risks.editing import line_edits
from mlops_agent.risks.losses import Loss

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

PROBED = frozenset({"github", "gitlab", "make", "dvc", "shell"})
"""The systems whose steps the probe can run."""
_BASH_LINE = re.compile(r"#!.*\bbash\b")
# The setting alone on its line: no list dash before it, no block below it.
_OWN_LINE = re.compile(r"\s*[\w-]+:\s*[^\s{\[#][^#]*(#.*)?")
_ERREXIT = re.compile(r"^(\s*set\s+-)([a-zA-Z]*e[a-zA-Z]*)(\s*)$")


def fix_loss(lifecycle: Lifecycle, loss: Loss, fingerprint: str) -> Fix | None:
    """The fix of a loss, or None where no edit is certain."""
    if loss.command.origin not in PROBED:
        return None
    changes = _changes(lifecycle, loss)
    if not changes:
        return None
    edits = line_edits(loss.path, lifecycle.facts.text(loss.path), changes)
    work, path = loss.work, loss.path
    return Fix(
        rule="PIP001",
        fingerprint=fingerprint,
        safe=False,
        summary=f"Let a failing {work} fail its step: {_lowered(loss.remedy)}",
        trade_off=f"A run whose {work} fails now ends red; steps that did run after such a failure "
        "no longer do.",
        edits=edits,
        probe=_probe(loss),
        live_checks=[
            f"Run {path} once with input that makes the {work} fail, and see that what follows "
            "does not run."
        ],
    )


def _probe(loss: Loss) -> Probe:
    command = loss.command
    return Probe(
        name=f"a failing {loss.work} stops {command.owner or command.path}",
        what="runs the step's own script in its own shell with a stand-in for "
        f"`{' '.join(command.argv[:3])}` that exits with 1",
        script="step_stops",
        arguments=[command.origin, loss.path, command.owner, *command.argv],
        needs=["yaml", "make" if command.origin == "make" else "bash"],
        timeout_seconds=90,
    )


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


Changes = dict[int, str | None]
"""New texts of 1-based lines, None for a line that goes."""


def _changes(lifecycle: Lifecycle, loss: Loss) -> Changes:
    """The changed lines of the one smallest edit; empty where none is certain."""
    lines = lifecycle.facts.text(loss.path).splitlines()
    at = loss.line
    line = lifecycle.facts.line(loss.path, at)
    match loss.kind:
        case "rescue":
            return _without_rescue(lines, loss)
        case "dash":
            new = re.sub(r"^(\t\s*@?)-", r"\1", line)
            return {at: new} if new != line else {}
        case "tolerated":
            return {at: None} if _OWN_LINE.fullmatch(line) else {}
        case "set+e":
            return _without_set(loss, lines)
        case "pipe":
            return _with_pipefail(loss, lines)


def _without_rescue(lines: list[str], loss: Loss) -> Changes:
    pattern = r"\s*\|\|\s*" + re.escape(loss.command.rescue.strip())
    for at in range(loss.command.line, loss.command.end_line + 1):
        new, count = re.subn(pattern, "", lines[at - 1])
        if count == 1:
            return {at: new}
    return {}


def _without_set(loss: Loss, lines: list[str]) -> Changes:
    first = loss.step.line if loss.step else 1
    for at in range(loss.line - 1, first - 1, -1):
        if lines[at - 1].strip() == "set +e":
            return {at: None}
    return {}


def _with_pipefail(loss: Loss, lines: list[str]) -> Changes:
    if loss.command.origin == "github" and loss.step is not None and not loss.step.shell:
        return _github_shell(loss.step.line, loss.line, lines)
    if loss.command.origin == "shell" and lines and _BASH_LINE.match(lines[0]):
        for at, line in enumerate(lines[: loss.line], 1):
            if found := _ERREXIT.match(line):
                return {at: f"{found[1]}{found[2]}o pipefail"}
        return {1: f"{lines[0]}\nset -eo pipefail"}
    if loss.command.origin in ("dvc", "make") and loss.command.line == loss.command.end_line:
        return _bash_command(loss, lines[loss.line - 1])
    return {}


def _github_shell(first: int, last: int, lines: list[str]) -> Changes:
    """`shell: bash` above the step's `run:`, and in its place where the step begins with it."""
    for at in range(first, last + 1):
        if found := re.match(r"^(\s*)(- )?run:", lines[at - 1]):
            if found[2]:
                rest = lines[at - 1].replace("- ", "  ", 1)
                return {at: f"{found[1]}- shell: bash\n{rest}"}
            return {at: f"{found[1]}shell: bash\n{lines[at - 1]}"}
    return {}


def _bash_command(loss: Loss, line: str) -> Changes:
    """Wrap a one-line pipeline of make or DVC, whose `sh` may not know pipefail."""
    lead = r"(\s*cmd:\s+|\s*-\s+)" if loss.command.origin == "dvc" else r"(\t\s*@?)"
    found = re.fullmatch(lead + r"([^'\"&;#>|]+\|\s*[^'\"&;#|]+)", line)
    if not found:
        return {}
    return {loss.line: f"{found[1]}bash -o pipefail -c '{found[2].strip()}'"}
