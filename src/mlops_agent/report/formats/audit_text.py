"""The audit as text for a terminal: the worst first, then what is left out and what to do next."""

from __future__ import annotations

import shlex
import textwrap
from collections import Counter
from dataclasses import dataclass, replace

from mlops_agent.contracts.finding import SEVERITIES, Audit, Finding
from mlops_agent.risks.catalogue import ENTRIES
from mlops_agent.risks.pages import sections
from mlops_agent.risks.rule import Rule
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
    text = render(
        "audit.txt.j2",
        shown=_all_shown(ranked),
        by_rule=_by_rule(ranked),
        suppressed=[finding for finding in audit.findings if finding.suppressed],
        summary=audit.summary,
        verbose=verbose,
    )
    return visible(text)


def count_text(audit: Audit) -> str:
    """The line of counts alone."""
    return render("audit_count.txt.j2", summary=audit.summary)


def visible(text: str) -> str:
    """Replace control characters: paths and lines of a repository must not drive a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def one_line(text: str) -> str:
    """The text with every run of blanks and line ends as one blank."""
    return visible(" ".join(text.split()))


def _all_shown(ranked: list[Finding]) -> list[Shown]:
    """The findings in order; each reason why a fault matters is given where it first holds."""
    shown: list[Shown] = []
    for finding in ranked:
        one = _shown(finding)
        known = any(one.why == earlier.why for earlier in shown)
        shown.append(replace(one, why="") if known else one)
    return shown


def _by_rule(ranked: list[Finding]) -> list[tuple[Rule, int]]:
    """Each rule with its number of findings, the rules in the order of the findings."""
    return [(ENTRIES[rule].rule, count) for rule, count in Counter(f.rule for f in ranked).items()]


def _shown(finding: Finding) -> Shown:
    return Shown(
        finding=finding,
        place=one_line(f"{finding.path}:{finding.line}"),
        what=_fold(finding.message),
        why=_fold(finding.why or _why(finding.rule)),
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
    return f"mlops-agent run {shlex.quote(one_line(f'fix {finding.rule} in {finding.path}'))}"


def _fold(text: str) -> str:
    lines = textwrap.wrap(
        one_line(text),
        WIDTH - INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return ("\n" + " " * INDENT).join(lines)
