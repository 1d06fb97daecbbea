"""From a checkout to facts: list, leave out, read, select, parse or take from the cache.

Owns the order of those steps and the `skipped` list: whatever is not read is named there with
its reason, a folder at a time where a whole folder is out of scope.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mlops_agent.lifecycle.cache import FactCache
from mlops_agent.lifecycle.comparing import blob_id
from mlops_agent.lifecycle.content import Content, refuse_mode, to_text
from mlops_agent.lifecycle.data_files import data_file
from mlops_agent.lifecycle.dispatch import Reader, reader_for
from mlops_agent.lifecycle.facts import Fact
from mlops_agent.lifecycle.listing import Listed, Listing
from mlops_agent.lifecycle.scope import Scope
from mlops_agent.lifecycle.selection import worth_parsing
from mlops_agent.lifecycle.unreadable import UnreadableError


@dataclass(slots=True)
class Collected:
    """What the files state: facts by path, reasons by path, how many files were opened."""

    facts: dict[str, list[Fact]] = field(default_factory=dict[str, list[Fact]])
    skipped: dict[str, str] = field(default_factory=dict[str, str])
    read: int = 0


@dataclass(frozen=True, slots=True)
class _Candidate:
    file: Listed
    reader: Reader
    content: bytes


def collect(listing: Listing, scope: Scope, cache: FactCache) -> Collected:
    """Read the files of a checkout into facts. No file's trouble stops the rest."""
    collected = Collected()
    candidates = _candidates(listing, scope, collected)
    chosen = worth_parsing({p: (c.reader.name, c.content) for p, c in candidates.items()})
    for path in sorted(chosen):
        try:
            collected.facts[path] = _facts(candidates[path], cache)
        except UnreadableError as error:
            collected.skipped[path] = error.reason
    cache.save()
    return collected


def _candidates(listing: Listing, scope: Scope, collected: Collected) -> dict[str, _Candidate]:
    content = Content(listing.root)
    candidates: dict[str, _Candidate] = {}
    for file in listing.files:
        left_out = scope.left_out(file.path)
        if left_out is not None:
            collected.skipped.setdefault(*left_out)
            continue
        try:
            refuse_mode(file)
            reader = reader_for(file.path)
            if reader is None:
                collected.facts |= data_file(file.path)
                continue
            candidates[file.path] = _Candidate(file, reader, content.read(file, reader.cap))
            collected.read += 1
        except UnreadableError as error:
            collected.skipped[file.path] = error.reason
    return candidates


def _facts(candidate: _Candidate, cache: FactCache) -> list[Fact]:
    path = candidate.file.path
    blob = candidate.file.blob or blob_id(candidate.content)
    known = cache.get(blob, path)
    if known is None:
        known = candidate.reader.read(path, to_text(candidate.content))
        cache.put(blob, path, known)
    return known
