"""What a command starts: the files it reaches and the stages whose work is done there.

Owns the walk from a command line over make targets, DVC stages and scripts to the code. It judges
nothing; a command that reaches no known file reaches no stage.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from typing import TYPE_CHECKING

from mlops_agent.contracts.lifecycle import Stage
from mlops_agent.lifecycle.facts import Command

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

MAX_DEPTH = 6
"""Calls of scripts by scripts that are followed: CI, make, dvc, shell, python and one to spare."""

TEST_RUNNERS = frozenset({"pytest", "py.test", "tox", "nox", "unittest"})


class Reach:
    """Answers, for one lifecycle, which stages a command's work belongs to."""

    def __init__(self, lifecycle: Lifecycle) -> None:
        self._graph = lifecycle.graph
        self._facts = lifecycle.facts
        self._stages: defaultdict[str, set[Stage]] = defaultdict(set)
        self._at: defaultdict[tuple[str, int], set[Stage]] = defaultdict(set)
        for asset in lifecycle.map.assets:
            if asset.confidence != "low":
                self._stages[asset.path].add(asset.stage)
                self._at[asset.path, asset.line].add(asset.stage)

    def files(self, command: Command) -> frozenset[str]:
        """The repository's files that the command runs or imports, over scripts and targets."""
        return frozenset(self._files(command, MAX_DEPTH))

    def stages(self, command: Command) -> frozenset[Stage]:
        """The stages whose work the command does, in itself or in the files it reaches."""
        found: set[Stage] = set()
        for path in self.files(command):
            if not _orchestrates(path):
                found |= self._stages.get(path, set())
        for line in range(command.line, command.end_line + 1):
            found |= self._at.get((command.path, line), set())
        return frozenset(found)

    def stages_of_file(self, path: str) -> frozenset[Stage]:
        """The stages of a file and of all that it imports."""
        found: set[Stage] = set()
        for reached in self._graph.closure(path):
            found |= self._stages.get(reached, set())
        return frozenset(found)

    def _files(self, command: Command, depth: int) -> set[str]:
        found: set[str] = set()
        if TEST_RUNNERS & set(command.argv):  # tests import the work, they do not do it
            return found
        for link in self._graph.links("invokes", source=command.path):
            if command.line <= link.line <= command.end_line and link.target != command.path:
                found |= self._below(link.target, command, depth)
        if _orchestrates(command.path) and command.argv[0] in ("make", "$(MAKE)", "${MAKE}"):
            found |= self._below(command.path, command, depth)
        return found

    def _below(self, target: str, command: Command, depth: int) -> set[str]:
        found = set(self._graph.closure(target))
        if depth == 0 or target.endswith((".py", ".ipynb")):
            return found
        for inner in self._facts.of(Command, target):
            if inner != command and _named(inner, command, target):
                found |= self._files(inner, depth - 1)
        return found


def _orchestrates(path: str) -> bool:
    """Whether the file holds many tasks of which a command starts some."""
    name = posixpath.basename(path).lower()
    return name.startswith(("makefile", "gnumakefile")) or name.endswith((".mk", "dvc.yaml"))


def _named(inner: Command, command: Command, target: str) -> bool:
    """Whether a command line names the target or stage that an inner command belongs to."""
    if not _orchestrates(target):
        return True
    words = {word for word in command.argv[1:] if not word.startswith("-")}
    named = words - {"repro", "exp", "run", "stage"}
    named = {word.rpartition(":")[2].partition("@")[0] for word in named}
    return inner.owner in named or (not named and inner.origin == "dvc")
