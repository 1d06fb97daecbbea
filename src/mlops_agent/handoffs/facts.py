"""What a repository tells a receiver, as facts: lines of it, and what the map takes them for.

A line counts as verified only as the commit has it. What the map makes of it is told as unverified:
the receiver was not there when it was read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

from mlops_agent.contracts.handoff import OURS, Artifact, Fact
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
MOST_OF_A_FILE = 3
MOST_LOOKED_AT = 40
"""Places that are looked at in the commit, those that bear on the ask first."""
WIDEST = 140
"""Characters of a line that are quoted, as a report quotes them."""
_WORD = re.compile(r"[A-Z]?[^\W_A-Z]{2,}|[A-Z]{3,}")
"""Words of prose, and those that names are made of: HighLatency, high_latency."""
_COMMON = frozenset({"the", "and", "for", "with", "this", "that", "from", "model", "call"})


class Repository:
    """A repository as packets cite it; it is read when the first packet needs it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def known(self, receiver: str, asks: Sequence[Ask]) -> Known:
        """What a receiver needs to know for its asks; nothing before the first commit."""
        commit = self._read.lifecycle.map.repo.commit
        if commit is None:
            return Known()
        places = self._bearing(needed(receiver, self._read), asks)[:MOST_LOOKED_AT]
        cited = self._cited(places)
        digests = {place.path: file.sha256 for place, file in cited}
        return Known(
            commit=commit,
            facts=tuple(fact for place, file in cited for fact in _facts(place, file)),
            artifacts=tuple(
                Artifact(uri=f"{path}@{commit}", sha256=digest) for path, digest in digests.items()
            ),
            injection_seen=self._committed.speaks({place.path for place in places}),
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

    def _bearing(self, places: Sequence[Place], asks: Sequence[Ask]) -> list[Place]:
        """Places that share words with the asks first, else in the order that they came in."""
        asked = _words(" ".join(f"{one.text} {one.object}" for one in asks))
        line = self._read.lifecycle.facts.line

        def bears(place: Place) -> int:
            return len(asked & _words(f"{place.path} {place.what} {line(place.path, place.line)}"))

        return sorted(places, key=lambda place: -bears(place))

    def _cited(self, places: Sequence[Place]) -> list[tuple[Place, CommittedFile]]:
        cited: list[tuple[Place, CommittedFile]] = []
        taken: Counter[str] = Counter()
        for place in places:
            file = self._committed.file(place.path)
            if file is None or taken[place.path] == MOST_OF_A_FILE:
                continue
            # The file as a whole, of which something was cited already.
            if place.line == 1 and taken[place.path]:
                continue
            if self._can_be_cited(place, file):
                cited.append((place, file))
                taken[place.path] += 1
            if len(cited) == MOST:
                break
        return cited

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


def _facts(place: Place, file: CommittedFile) -> Iterator[Fact]:
    """The line as it stands, and what the map makes of it where the line does not say so."""
    pointer = f"line:{place.path}:{place.line}"
    said = _line_reads(place, file.line(place.line))
    yield Fact(claim=said, evidence=[pointer], verified=True)
    if not place.telling:
        claim = f"The map of {OURS} takes {place.path}:{place.line} for {place.what}."
        yield Fact(claim=claim, evidence=[pointer])


def _line_reads(place: Place, text: str) -> str:
    """The sentence that a report makes of a line, so that a run's check knows it."""
    line = " ".join(text.split()).replace("`", "'")
    shown = line if len(line) <= WIDEST else f"{line[:WIDEST]} ..."
    said = f"Line {place.line} of {place.path} reads `{shown}`."
    return "".join(one if one.isprintable() else "\ufffd" for one in said)


def _words(text: str) -> frozenset[str]:
    found = (one.casefold() for one in _WORD.findall(text))
    return frozenset(one.removesuffix("s") for one in found) - _COMMON
