"""What a repository tells a receiver, as facts: lines of it, and what the map takes them for.

A line counts as verified only as the commit has it. What the map makes of it is told as unverified:
the receiver was not there when it was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

from mlops_agent.contracts.handoff import Artifact, Fact
from mlops_agent.contracts.routing import Ask
from mlops_agent.distrust.addressed import spans_in
from mlops_agent.handoffs.committed import Committed, CommittedFile
from mlops_agent.handoffs.needs import Place, Read, needed
from mlops_agent.handoffs.packing import Known
from mlops_agent.lifecycle.git import open_root
from mlops_agent.sandbox.secrets.redactor import Redactor
from mlops_agent.settings.loading import load_settings

MOST = 6
"""Places that a packet cites; more would not fit beside the work."""
MOST_LOOKED_AT = 40
"""Places that are looked at in the commit, those that bear on the ask first."""
WIDEST = 140
"""Characters of a line that are quoted, as a report quotes them."""
_WORD = re.compile(r"[^\W_]{3,}")
_COMMON = frozenset(
    {"the", "and", "for", "with", "this", "that", "from", "model", "python", "call"}
)


class Repository:
    """A repository as packets cite it; it is read when the first packet needs it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def known(self, receiver: str, asks: Sequence[Ask]) -> Known:
        """What a receiver needs to know for its asks; nothing before the first commit."""
        commit = self._read.lifecycle.map.repo.commit
        if commit is None:
            return Known()
        places = _bearing(needed(receiver, self._read), asks)[:MOST_LOOKED_AT]
        cited: list[tuple[Place, CommittedFile]] = []
        injection = False
        for place in places:
            file = self._committed.file(place.path)
            if file is None:
                continue
            injection = injection or bool(file.hostile)
            if self._can_be_cited(place, file):
                cited.append((place, file))
            if len(cited) == MOST:
                break
        artifacts = {place.path: file.sha256 for place, file in cited}
        return Known(
            facts=tuple(_facts(cited)),
            artifacts=tuple(
                Artifact(uri=f"{path}@{commit}", sha256=digest)
                for path, digest in artifacts.items()
            ),
            injection_seen=injection,
        )

    @cached_property
    def _read(self) -> Read:
        from mlops_agent.risks.auditing import audit_repository

        root = open_root(self._folder)
        return Read(*audit_repository(root, load_settings(root)))

    @cached_property
    def _committed(self) -> Committed:
        lifecycle = self._read.lifecycle
        return Committed(lifecycle.root, lifecycle.map.repo.commit or "")

    def _can_be_cited(self, place: Place, file: CommittedFile) -> bool:
        """Whether the commit has the line that was read, and nothing in it is to be held back."""
        line = file.line(place.line).removesuffix("\r")
        named = f"{place.path} {place.what}"
        return (
            bool(line.strip())
            and line == self._read.lifecycle.facts.line(place.path, place.line)
            and named.isprintable()
            and not spans_in(place.path, named)
            and Redactor().holds_none(named)
        )


def _facts(cited: Sequence[tuple[Place, CommittedFile]]) -> Iterator[Fact]:
    if not cited:
        return
    taken = "; ".join(f"{place.path}:{place.line} is {place.what}" for place, _ in cited)
    pointers = [f"line:{place.path}:{place.line}" for place, _ in cited]
    yield Fact(claim=f"As mlops-agent's map reads them: {taken}.", evidence=pointers)
    for (place, file), pointer in zip(cited, pointers, strict=True):
        yield Fact(
            claim=_line_reads(place, file.line(place.line)), evidence=[pointer], verified=True
        )


def _line_reads(place: Place, text: str) -> str:
    """The sentence that a report makes of a line, so that a run's check knows it."""
    line = " ".join(text.split()).replace("`", "'")
    shown = line if len(line) <= WIDEST else f"{line[:WIDEST]} ..."
    said = f"Line {place.line} of {place.path} reads `{shown}`."
    return "".join(one if one.isprintable() else "\ufffd" for one in said)


def _bearing(places: Sequence[Place], asks: Sequence[Ask]) -> list[Place]:
    """Places that share words with the asks first, else in the order that they came in."""
    asked = _words(" ".join(f"{one.text} {one.object}" for one in asks))
    return sorted(places, key=lambda place: -len(asked & _words(f"{place.path} {place.what}")))


def _words(text: str) -> frozenset[str]:
    found = (one.casefold() for one in _WORD.findall(text))
    return frozenset(one.removesuffix("s") for one in found) - _COMMON
