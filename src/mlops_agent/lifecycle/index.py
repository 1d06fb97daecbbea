"""All facts of a repository, to be asked by kind and path, and the lines they stand on."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import TypeVar

from mlops_agent.lifecycle.facts import Fact

Kind = TypeVar("Kind", bound=Fact)
# str.splitlines would also break at form feeds and the like, which no reader counts as lines.
_LINE_END = re.compile(r"\r\n|\r|\n")


class FactIndex:
    """Facts by kind and path, in the order of path and place. Files' texts are read when asked."""

    def __init__(self, facts: Mapping[str, list[Fact]], read: Callable[[str], str]) -> None:
        self._paths = tuple(sorted(facts))
        self._all: defaultdict[type[Fact], list[Fact]] = defaultdict(list)
        self._by_path: defaultdict[tuple[type[Fact], str], list[Fact]] = defaultdict(list)
        for path in self._paths:
            for fact in facts[path]:
                self._all[type(fact)].append(fact)
                self._by_path[type(fact), path].append(fact)
        self._read = read
        self._lines: dict[str, tuple[str, list[str]]] = {}

    def of(self, kind: type[Kind], path: str | None = None) -> tuple[Kind, ...]:
        """The facts of one kind, in all files or in one."""
        found = self._all.get(kind, []) if path is None else self._by_path.get((kind, path), [])
        return tuple(fact for fact in found if isinstance(fact, kind))

    def paths(self) -> tuple[str, ...]:
        """The files that were read into facts, sorted."""
        return self._paths

    def text(self, path: str) -> str:
        """The text of a file of the repository; "" for one that cannot be read."""
        return self._kept(path)[0]

    def line(self, path: str, n: int) -> str:
        """The 1-based line of a file without its end, "" outside the file."""
        lines = self._kept(path)[1]
        return lines[n - 1] if 0 < n <= len(lines) else ""

    def _kept(self, path: str) -> tuple[str, list[str]]:
        if path not in self._lines:
            text = self._read(path)
            self._lines[path] = (text, _LINE_END.split(text))
        return self._lines[path]
