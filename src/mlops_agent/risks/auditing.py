"""The audit: runs the rules over a lifecycle and makes an ordered list of findings.

It judges nothing itself; it adds what rules must not know of: settings, suppressions, baseline,
fingerprints, and the order (path, line, rule).
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_agent.contracts.finding import (
    SEVERITIES,
    Audit,
    AuditSummary,
    Finding,
    Severity,
    Suppression,
)
from mlops_agent.risks.baseline import Baseline, read_baseline
from mlops_agent.risks.catalogue import ENTRIES, matching
from mlops_agent.risks.fingerprint import Fingerprints
from mlops_agent.risks.rule import Draft, Entry, Rule
from mlops_agent.risks.suppression import Ignore, read_ignores
from mlops_agent.sandbox.secrets.records import redacted
from mlops_agent.sandbox.secrets.redactor import Redactor

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle
    from mlops_agent.settings import Settings

SUPPRESSION_RULE = "SUP001"


def audit_repository(
    root: Path, settings: Settings, accepted: Path | None = None
) -> tuple[Lifecycle, Audit]:
    """Read the repository at `root` and audit it; `accepted` is a baseline file, if it is there.

    Raises:
        BadInputError: not a repository, a baseline that is none, or settings with unknown rules.
    """
    from mlops_agent.lifecycle.reading import read_lifecycle

    baseline = read_baseline(accepted) if accepted is not None and accepted.exists() else None
    lifecycle = read_lifecycle(root, settings=settings)
    return lifecycle, audit_lifecycle(lifecycle, settings, baseline=baseline)


def stands(audit: Audit, threshold: Severity) -> bool:
    """Whether a finding that is not suppressed is at or above the threshold."""
    least = SEVERITIES.index(threshold)
    return any(SEVERITIES.index(f.severity) >= least for f in audit.findings if not f.suppressed)


def audit_lifecycle(
    lifecycle: Lifecycle, settings: Settings, *, baseline: Baseline | None = None
) -> Audit:
    """Return the findings of the selected rules, by path, line and rule.

    Suppressed findings are kept and marked. A claim of absence that needs a file which could not be
    read is not made; `summary.incomplete` names rule and file instead.

    Raises:
        BadInputError: the settings name a rule that does not exist.
    """
    wanted = _selected(settings)
    drafts, incomplete = _drafts(lifecycle, settings, wanted)
    ignores = read_ignores(lifecycle)
    findings = _findings(lifecycle, settings, drafts, ignores)
    if SUPPRESSION_RULE in wanted:
        complaints = _complaints(ignores, findings, wanted)
        findings += _findings(lifecycle, settings, _allowed(complaints, settings), [])
    accepted = {one.fingerprint: one.reason for one in baseline.findings} if baseline else {}
    findings = [_against(finding, accepted) for finding in findings]
    findings.sort(key=lambda f: (f.path, f.line, f.rule, f.fingerprint))
    gone = set(accepted) - {finding.fingerprint for finding in findings}
    audit = Audit(findings=findings, summary=_summary(findings, len(gone), sorted(incomplete)))
    # Messages and trails quote the repository; nobody downstream is to be shown its secrets.
    return redacted(audit, Redactor())


def _selected(settings: Settings) -> frozenset[str]:
    every = frozenset(ENTRIES)
    for name in settings.severity:
        matching((name,), "severity")
    for pattern, names in settings.per_file_ignores.items():
        matching(names, f"per-file-ignores {pattern}")
    chosen = matching(settings.select, "select") if settings.select else every
    return chosen - matching(settings.ignore, "ignore")


def _drafts(
    lifecycle: Lifecycle, settings: Settings, wanted: frozenset[str]
) -> tuple[list[tuple[Rule, Draft]], set[str]]:
    broken = {skipped.path: skipped.reason for skipped in lifecycle.map.skipped}
    drafts: list[tuple[Rule, Draft]] = []
    incomplete: set[str] = set()
    for name, entry in ENTRIES.items():
        if name not in wanted or entry.find is None or _external(entry, settings):
            continue
        for draft in entry.find(lifecycle):
            unread = sorted(path for path in draft.needs if path in broken)
            if unread:
                incomplete.add(f"{name} at {draft.path}:{draft.line}: {unread[0]} was not read")
            else:
                drafts.append((entry.rule, draft))
    return _allowed(drafts, settings), incomplete


def _external(entry: Entry, settings: Settings) -> bool:
    return entry.rule.absence is not None and entry.rule.absence in settings.external


def _allowed(drafts: Iterable[tuple[Rule, Draft]], settings: Settings) -> list[tuple[Rule, Draft]]:
    return [
        (rule, draft)
        for rule, draft in drafts
        if not any(path_matches(draft.path, pattern) for pattern in settings.exclude)
        and not any(
            path_matches(draft.path, pattern)
            and any(rule.id.startswith(name.upper()) for name in names)
            for pattern, names in settings.per_file_ignores.items()
        )
    ]


def path_matches(path: str, pattern: str) -> bool:
    """Whether a relative path fits a glob, or lies below the folder that the glob names."""
    plain = pattern.rstrip("/")
    return fnmatchcase(path, plain) or fnmatchcase(path, plain + "/*")


def _findings(
    lifecycle: Lifecycle,
    settings: Settings,
    drafts: Iterable[tuple[Rule, Draft]],
    ignores: list[Ignore],
) -> list[Finding]:
    prints = Fingerprints()
    unique = {
        (rule.id, draft.path, draft.line, draft.message): (rule, draft) for rule, draft in drafts
    }
    ordered = sorted(
        unique.values(), key=lambda pair: (pair[1].path, pair[1].line, pair[0].id, pair[1].message)
    )
    return [_finding(lifecycle, settings, rule, draft, prints, ignores) for rule, draft in ordered]


def _finding(
    lifecycle: Lifecycle,
    settings: Settings,
    rule: Rule,
    draft: Draft,
    prints: Fingerprints,
    ignores: list[Ignore],
) -> Finding:
    line_text = lifecycle.facts.line(draft.path, draft.line)
    ignored = next((one for one in ignores if _hits(one, rule.id, draft)), None)
    severity = settings.severity.get(rule.id) or settings.severity.get(rule.id[:3])
    return Finding(
        rule=rule.id,
        name=rule.name,
        severity=severity or draft.severity or rule.severity,
        confidence=draft.confidence or rule.confidence,
        boundary=draft.boundary or rule.boundary,
        path=draft.path,
        line=draft.line,
        message=draft.message,
        trail=list(draft.trail),
        searched=list(draft.searched),
        why=draft.why,
        smallest_fix=draft.smallest_fix,
        fix=draft.fix or rule.fix,
        fingerprint=prints.of(rule.id, draft.path, line_text, draft.symbol),
        suppressed=ignored is not None,
        suppression=Suppression(kind="inline", reason=ignored.reason) if ignored else None,
    )


def _hits(ignore: Ignore, rule: str, draft: Draft) -> bool:
    return (
        not ignore.problem
        and ignore.path == draft.path
        and ignore.line <= draft.line <= ignore.covers
        and rule in ignore.ids
    )


def _complaints(
    ignores: list[Ignore], findings: list[Finding], wanted: frozenset[str]
) -> list[tuple[Rule, Draft]]:
    rule = ENTRIES[SUPPRESSION_RULE].rule
    complaints: list[tuple[Rule, Draft]] = []
    for ignore in ignores:
        problem = ignore.problem or _idle(ignore, findings, wanted)
        if problem:
            message = f"This suppression does not count: {problem}."
            fix = "Mend the comment or delete it."
            draft = Draft(path=ignore.path, line=ignore.line, message=message, smallest_fix=fix)
            complaints.append((rule, draft))
    return complaints


def _idle(ignore: Ignore, findings: list[Finding], wanted: frozenset[str]) -> str:
    unknown = [name for name in ignore.ids if name not in ENTRIES]
    if unknown:
        return f"there is no rule {unknown[0]}"
    hit = {
        finding.rule
        for finding in findings
        if finding.path == ignore.path and ignore.line <= finding.line <= ignore.covers
    }
    # A rule that did not run cannot show that its suppression is needed.
    idle = [name for name in ignore.ids if name in wanted and name not in hit]
    return f"{idle[0]} finds nothing here" if idle else ""


def _against(finding: Finding, accepted: dict[str, str]) -> Finding:
    if finding.suppressed or finding.fingerprint not in accepted:
        return finding
    reason = accepted[finding.fingerprint] or "in the baseline"
    suppression = Suppression(kind="baseline", reason=reason)
    return finding.model_copy(update={"suppressed": True, "suppression": suppression})


def _summary(findings: list[Finding], resolved: int, incomplete: list[str]) -> AuditSummary:
    standing = [finding.severity for finding in findings if not finding.suppressed]
    return AuditSummary(
        error=standing.count("error"),
        warning=standing.count("warning"),
        note=standing.count("note"),
        suppressed=len(findings) - len(standing),
        resolved=resolved,
        incomplete=incomplete,
    )
