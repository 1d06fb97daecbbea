"""The report for people: as Markdown for a pull request, as plain text for a terminal.

Rendering is a pure function of the record and its exhibits, so it gives the same bytes each time.
The words are in the templates; what comes from the repository is escaped here, never trusted.
"""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Sequence

from mlops_agent.contracts.report import RunResult
from mlops_agent.report.escaping import cell, code, prose, visible
from mlops_agent.report.exhibits import Exhibits
from mlops_agent.texts import render

WIDTH = 92
SHORT = 7
"""Digits of a commit id that people read."""


def markdown(result: RunResult, exhibits: Exhibits | None = None) -> str:
    """Return the report as Markdown, ready to be a pull request's description."""
    shown = exhibits or Exhibits()
    return render(
        "report.md.j2",
        result=result,
        turns=shown.turns(result),
        counts=_counts(result),
        boundaries=_boundaries(result),
        command=command,
        said=said,
        code=code,
        prose=prose,
        cell=cell,
        short=SHORT,
    )


def text(result: RunResult, exhibits: Exhibits | None = None) -> str:
    """Return the report for a terminal, without colour, about 90 columns wide."""
    shown = exhibits or Exhibits()
    return render(
        "report.txt.j2",
        result=result,
        turns=shown.turns(result),
        patch=_body(shown.patch),
        counts=_counts(result),
        boundaries=_boundaries(result),
        command=command,
        said=said,
        wrap=wrap,
        short=SHORT,
    )


def check_text(result: RunResult) -> str:
    """Return what `check` says: the verdict, and each thing that is not verified."""
    bad = [(n, claim) for n, claim in enumerate(result.claims, 1) if not claim.verified]
    return render("check.txt.j2", result=result, bad=bad, wrap=wrap)


def command(request: str) -> str:
    """The command line that makes a request the next run, ready to be pasted into a shell."""
    return "mlops-agent run " + shlex.quote(" ".join(request.split()))


def said(output: str) -> str:
    """The last line that a probe printed; probes say there what they saw."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def wrap(words: str, indent: int = 0, first: int | None = None) -> str:
    """Fold a text to the width; `first` is the column at which its first line begins."""
    begin = indent if first is None else first
    folded = textwrap.fill(
        " ".join(visible(words).split()),
        WIDTH,
        initial_indent=" " * begin,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return folded[begin:]


def _body(patch: str) -> list[str]:
    """The patch without git's index lines, which say nothing to a reader."""
    lines = patch.split("\n")
    skipped = ("index ", "diff --git ")
    return [visible(line.rstrip("\r")) for line in lines if line and not line.startswith(skipped)]


def _counts(result: RunResult) -> str:
    change = result.change
    if change is None:
        return ""
    files = f"{len(change.files)} file{'' if len(change.files) == 1 else 's'}"
    counts = f"{files}, +{change.lines_added} -{change.lines_removed}"
    if change.droppable_hunks is None:
        return counts
    return f"{counts}, {change.droppable_hunks or 'no'} droppable hunks"


def _boundaries(result: RunResult) -> str:
    known: Sequence[str] = result.change.boundaries if result.change else ()
    return ", ".join(known)
