"""The report for people: as Markdown for a pull request, as plain text for a terminal.

Rendering is a pure function of the record and its exhibits, so it gives the same bytes each time.
The words are in the templates; what comes from the repository is escaped here, never trusted.
"""

from __future__ import annotations

import re
import shlex
import textwrap
from collections.abc import Sequence
from functools import partial
from pathlib import PurePath

from mlops_agent.contracts.handoff import Packet
from mlops_agent.contracts.report import (
    Absent,
    Claim,
    Enumerated,
    ResidualRisk,
    RunResult,
    Validation,
)
from mlops_agent.report.commands import told
from mlops_agent.report.escaping import code, prose, unescaped, visible
from mlops_agent.report.exhibits import Exhibits
from mlops_agent.report.spending import spending
from mlops_agent.report.wording import WIDEST
from mlops_agent.texts import render
from mlops_agent.vocabulary.siblings import siblings

WIDTH = 92
_LIVE_IN_QUOTES = re.compile(r'["$`\\!]')
_LIMIT = re.compile(r"the limit of (?P<limit>[\d.]+) (?P<of>turns|minutes|USD) is reached")
_OPTIONS = {"turns": "--max-turns", "minutes": "--max-minutes", "USD": "--max-usd"}
MOST_LINES = 5
MOST_FOREIGN = 10
"""Places with text for agents, and with hidden characters, that a report for people names."""
SHORT = 16
"""Digits of a fingerprint that people read."""


def markdown(result: RunResult, exhibits: Exhibits | None = None) -> str:
    """Return the report as Markdown, ready to be a pull request's description."""
    shown = exhibits or Exhibits()
    return render("report.md.j2", code=code, prose=prose, **_values(result, shown))


def text(result: RunResult, exhibits: Exhibits | None = None) -> str:
    """Return the report for a terminal, without colour, about 90 columns wide."""
    shown = exhibits or Exhibits()
    patch = _body(shown.patch)
    return render("report.txt.j2", patch=patch, wrap=wrap, **_values(result, shown))


def message(packet: Packet) -> str:
    """Return a packet as the message that an agent can be started with, as Markdown."""
    return render(
        "handoff.md.j2", p=packet, code=code, prose=unescaped, cite=_cite, whole=_is_whole(packet)
    )


def message_file(number: int, packet: Packet) -> str:
    """Where the run's folder keeps the message of its nth packet, relative to it."""
    return f"handoffs/{number}-{packet.receiver}.md"


def check_text(result: RunResult, unchecked: Sequence[str] = ()) -> str:
    """Return what `check` says: the verdict, what is not verified, and what was not looked at."""
    bad = [(n, claim) for n, claim in enumerate(result.claims, 1) if not claim.verified]
    return render("check.txt.j2", result=result, bad=bad, unchecked=unchecked, wrap=wrap)


def command(request: str) -> str:
    """The command line that makes a request the next run, ready to be pasted into a shell."""
    words = " ".join(request.split())
    plain = "'" in words and not _LIVE_IN_QUOTES.search(words)
    return "mlops-agent run " + (f'"{words}"' if plain else shlex.quote(words))


def resuming(result: RunResult) -> str:
    """The command line that goes on with a run that stopped, with twice the limit that it hit."""
    hit = _LIMIT.search(result.why)
    option = f" {_OPTIONS[hit['of']]} {2 * float(hit['limit']):g}" if hit else ""
    return f"mlops-agent resume {result.run}{option}"


def next_step(risk: ResidualRisk) -> str:
    """What to do about a residual risk: the next run, or whom to ask where it is a sibling's."""
    if risk.owner in {one.name for one in siblings()}:
        return f"ask {risk.owner}: {' '.join(risk.follow_up.split())}"
    return command(risk.follow_up)


def pointers_beside(risk: ResidualRisk) -> list[str]:
    """The pointers of a residual risk, each once, without the places that its words name."""
    return [
        one
        for one in dict.fromkeys(risk.evidence)
        if one.partition(":")[2].removesuffix("@proposed") not in risk.risk
    ]


def pointer(evidence: str) -> str:
    """A pointer as people read it: the long hash of a finding cut to its first digits."""
    kind, _, rest = evidence.partition(":")
    return f"{kind}:{rest[:SHORT]}" if kind == "finding" else evidence


def claim_pointers(claim: Claim, result: RunResult) -> list[str]:
    """What a claim rests on: its evidence, the claims that it lists, the tree that was searched."""
    numbers = {one.text: number for number, one in enumerate(result.claims, start=1)}
    pointers = list(claim.evidence)
    for one in claim.asserts:
        if isinstance(one, Enumerated):
            pointers += [f"claim:{numbers[item]}" for item in one.items if item in numbers]
        elif isinstance(one, Absent):
            pointers.append("search:base")
    return pointers


def said(output: str, other: str) -> list[str]:
    """What tells a probe's run from the other one: the last lines that only this one printed.

    The last line of all where both printed the same.
    """
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    shared = {line.strip() for line in other.splitlines()}
    telling = [line for line in lines if line not in shared][-MOST_LINES:] or lines[-1:]
    return [line if len(line) <= WIDEST else f"{line[:WIDEST]} ..." for line in telling]


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


def _values(result: RunResult, shown: Exhibits) -> dict[str, object]:
    ran = [
        (one, _exercised(one), shown.command_of(one))
        for one in result.validations
        if one.outcome != "not-run"
    ]
    return {
        "result": result,
        "turns": shown.turns(result),
        "ran": ran,
        "not_run": _not_run(result),
        "counts": _counts(result),
        "boundaries": _boundaries(result),
        "command": command,
        "next_step": next_step,
        "pointers_beside": pointers_beside,
        "resuming": resuming(result),
        "pointer": pointer,
        "pointers_of": partial(claim_pointers, result=result),
        "said": said,
        "most": MOST_FOREIGN,
        "message_file": message_file,
        "folder": PurePath(result.journal).parent,
        "spent": spending(result, shown.sittings),
        "audited": told(result.commands),
    }


def _is_whole(packet: Packet) -> bool:
    """Whether the receiver's words are all of the request."""
    words = " ".join(part.text for part in packet.spans)
    return words.split() == packet.request_verbatim.split()


def _cite(evidence: Sequence[str]) -> str:
    return f" ({', '.join(code(pointer(one)) for one in evidence)})" if evidence else ""


def _exercised(validation: Validation) -> str:
    """The path that was exercised; a probe of one step is no path of the lifecycle."""
    probed = any(pointer.startswith("probe:") for pointer in validation.evidence)
    return "probe" if validation.path == "other" and probed else validation.path


def _not_run(result: RunResult) -> list[tuple[str, list[str]]]:
    """The paths that were not exercised, by the reason."""
    reasons: dict[str, list[str]] = {}
    for one in result.validations:
        if one.outcome == "not-run":
            reasons.setdefault(one.why, []).append(one.path)
    return list(reasons.items())


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
    spare = change.droppable_hunks
    needed = "every hunk needed" if spare == 0 else f"{spare} hunk{'s' * (spare != 1)} to spare"
    return f"{counts}, {needed}"


def _boundaries(result: RunResult) -> str:
    known: Sequence[str] = result.change.boundaries if result.change else ()
    return ", ".join(known)
