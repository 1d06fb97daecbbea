"""What a rule is made of: its card, what it drafts, and what it may be asked.

A rule looks at facts and links and never at a file's syntax again. It says where and what; the
audit adds fingerprint, severity from the settings, suppression and order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_agent.contracts.change import Fix
from mlops_agent.contracts.finding import Boundary, Finding, FixKind, Severity, TrailStep
from mlops_agent.contracts.lifecycle import Confidence, Stage

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's card.

    `fix` is what the rule can offer at best. `asks` are words that a user would say for this fault
    (matched by the offline driver). `absence` names the stage that the rule says is missing: such
    a finding is not made where the settings call that stage external, nor where a file that it
    needs could not be read.
    """

    id: str
    name: str
    severity: Severity
    confidence: Confidence
    boundary: Boundary
    fix: FixKind
    asks: tuple[str, ...] = ()
    absence: Stage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A finding as the rule makes it.

    `symbol` is the dotted name of the function or object around it. `needs` are the files without
    which the claim cannot be made; `searched` what was looked for in vain. Severity, confidence,
    boundary and fix are the card's where they are None; an empty `why` is the page's.
    """

    path: str
    line: int
    message: str
    smallest_fix: str
    symbol: str = ""
    trail: tuple[TrailStep, ...] = ()
    searched: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    severity: Severity | None = None
    confidence: Confidence | None = None
    boundary: Boundary | None = None
    fix: FixKind | None = None
    why: str = ""


Find = Callable[["Lifecycle"], Iterable[Draft]]
FixFor = Callable[["Lifecycle", Finding], Fix | None]


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule with its page (Markdown), its eye and, where it has one, its hand.

    `find` is None for rules that the audit itself applies (suppressions).
    """

    rule: Rule
    page: str
    find: Find | None
    fix: FixFor | None
