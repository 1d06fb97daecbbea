"""Reading a repository's lifecycle: the one call that every other room starts with."""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from mlops_agent.contracts.lifecycle import LifecycleMap, Repo
from mlops_agent.lifecycle.cache import FactCache
from mlops_agent.lifecycle.collecting import collect
from mlops_agent.lifecycle.content import Content, to_text
from mlops_agent.lifecycle.dispatch import KIB
from mlops_agent.lifecycle.git import open_root
from mlops_agent.lifecycle.graph.building import build_graph
from mlops_agent.lifecycle.graph.graph import Graph
from mlops_agent.lifecycle.index import FactIndex
from mlops_agent.lifecycle.listing import Listing, list_files
from mlops_agent.lifecycle.mapping import make_map
from mlops_agent.lifecycle.scope import Scope
from mlops_agent.lifecycle.stages.placing import place
from mlops_agent.lifecycle.unreadable import UnreadableError
from mlops_agent.settings.model import Settings

_TEXT_CAP = 5 * 1024 * KIB
_ALLOCATIONS = 100_000


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """A repository as far as its files tell: map, facts, graph.

    `tracked` are all listed paths, read or not; `skipped` the unread ones with their reasons.
    `settings` are those that it was read with: which aliases and environments are production.
    """

    root: Path
    map: LifecycleMap
    facts: FactIndex
    graph: Graph
    tracked: tuple[str, ...]
    skipped: dict[str, str]
    settings: Settings = field(default_factory=Settings)


def read_lifecycle(root: Path, *, settings: Settings | None = None) -> Lifecycle:
    """Read the repository that `root` lies in.

    Raises NotARepositoryError for a folder that is no git checkout. A file's trouble never raises:
    it stands in `skipped`.
    """
    with _rare_collections():
        return _read(open_root(root), settings or Settings())


def _read(top: Path, chosen: Settings) -> Lifecycle:
    listing = list_files(top)
    scope = Scope(exclude=chosen.exclude, include=chosen.include)
    collected = collect(listing, scope, FactCache.default())
    tracked = tuple(file.path for file in listing.files)
    facts = FactIndex(collected.facts, _texts(listing))
    joined = build_graph(facts, tracked)
    graph = joined.graph
    repo = Repo(commit=listing.commit, dirty=listing.dirty, files=len(tracked), read=collected.read)
    drawn = make_map(repo, place(facts, joined), graph, collected.skipped)
    return Lifecycle(top, drawn, facts, graph, tracked, collected.skipped, chosen)


@contextmanager
def _rare_collections() -> Generator[None]:
    """Look for cycles rarely meanwhile: facts live on and hold none, and looking took a tenth."""
    before = gc.get_threshold()
    gc.set_threshold(_ALLOCATIONS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _texts(listing: Listing) -> Callable[[str], str]:
    """A function from path to text, "" for what cannot be read."""
    content = Content(listing.root)
    files = {file.path: file for file in listing.files}

    def read(path: str) -> str:
        try:
            return to_text(content.read(files[path], _TEXT_CAP)) if path in files else ""
        except UnreadableError:
            return ""

    return read
