"""The audit as text for a terminal: the worst first, then what is left out and what to do next."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from mlops_agent.contracts.finding import SEVERITIES, Audit, Finding
from mlops_agent.risks.catalogue import ENTRIES
from mlops_agent.risks.pages import sections
from mlops_agent.texts import render

WIDTH = 98
INDENT = 11


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding with its paragraphs broken to the terminal's width."""

    finding: Finding
    place: str
    what: str
    why: str
    fix: str
    searched: str
    ask: str


def audit_text(audit: Audit, *, verbose: bool = False) -> str:
    """Render the standing findings, worst first; `verbose` adds trails, searches and suppressed."""
    standing = [finding for finding in audit.findings if not finding.suppressed]
    ranked = sorted(standing, key=lambda f: (-SEVERITIES.index(f.severity), f.path, f.line, f.rule))
    return render(
        "audit.txt.j2",
        shown=[_shown(finding) for finding in ranked],
        suppressed=[finding for finding in audit.findings if finding.suppressed],
        summary=audit.summary,
        verbose=verbose,
    )


def count_text(audit: Audit) -> str:
    """The line of counts alone."""
    return render("audit_count.txt.j2", summary=audit.summary)


def visible(text: str) -> str:
    """Replace control characters: paths and lines of a repository must not drive a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def _shown(finding: Finding) -> Shown:
    return Shown(
        finding=finding,
        place=visible(f"{finding.path}:{finding.line}"),
        what=_fold(finding.message),
        why=_fold(_why(finding.rule)),
        fix=_fold(finding.smallest_fix),
        searched=_fold("; ".join(finding.searched)),
        ask=_ask(finding),
    )


def _why(rule: str) -> str:
    text = sections(ENTRIES[rule].page).get("Why it matters", "")
    return text.split("\n\n")[0]


def _ask(finding: Finding) -> str:
    if finding.fix == "none":
        return ""
    return f"mlops-agent run 'fix {finding.rule} in {finding.path}'"


def _fold(text: str) -> str:
    lines = textwrap.wrap(
        visible(" ".join(text.split())),
        WIDTH - INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return ("\n" + " " * INDENT).join(lines)
