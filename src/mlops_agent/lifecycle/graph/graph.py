"""Questions over the joins of a repository: who leads to whom, by which way.

Owns walking; the joins themselves are made by the modules beside it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable

from mlops_agent.lifecycle.facts import Call, Value
from mlops_agent.lifecycle.graph.calls import CallTable
from mlops_agent.lifecycle.graph.link import Link
from mlops_agent.lifecycle.graph.values import ValueResolver

_Next = Callable[[str], Iterable[str]]


class Graph:
    """The files of a repository and the links between them, sorted."""

    def __init__(self, links: Iterable[Link], calls: CallTable, values: ValueResolver) -> None:
        self._links = tuple(sorted(set(links)))
        self._from: defaultdict[str, list[Link]] = defaultdict(list)
        self._to: defaultdict[str, list[Link]] = defaultdict(list)
        for link in self._links:
            self._from[link.source].append(link)
            self._to[link.target].append(link)
        self._calls = calls
        self._values = values

    def links(
        self, kind: str | None = None, source: str | None = None, target: str | None = None
    ) -> tuple[Link, ...]:
        """The links of a kind, from a file, to a file; None leaves it open."""
        if source is not None:
            found = self._from.get(source, [])
        elif target is not None:
            found = self._to.get(target, [])
        else:
            found = self._links
        return tuple(
            link
            for link in found
            if (kind is None or link.kind == kind) and (target is None or link.target == target)
        )

    def imports(self, path: str) -> frozenset[str]:
        """The repository's files that a Python file imports."""
        return frozenset(link.target for link in self._from.get(path, []) if link.kind == "imports")

    def closure(self, path: str, depth: int | None = None) -> frozenset[str]:
        """The file and all that it imports, at most `depth` imports away."""
        return self._walk(path, self.imports, depth) | {path}

    def upstream(self, path: str) -> frozenset[str]:
        """The files that lead to this one, over any number of links, without itself."""
        return self._walk(path, lambda p: [link.source for link in self._to.get(p, [])]) - {path}

    def downstream(self, path: str) -> frozenset[str]:
        """The files that this one leads to, over any number of links, without itself."""
        return self._walk(path, lambda p: [link.target for link in self._from.get(p, [])]) - {path}

    def way(self, source: str, target: str) -> tuple[Link, ...]:
        """A shortest way of links from one file to another; empty if there is none."""
        came: dict[str, Link] = {}
        waiting = deque([source])
        while waiting:
            at = waiting.popleft()
            if at == target:
                break
            for link in self._from.get(at, []):
                if link.target not in came and link.target != source:
                    came[link.target] = link
                    waiting.append(link.target)
        way: list[Link] = []
        at = target
        while at != source:
            if at not in came:
                return ()
            way.append(came[at])
            at = came[at].source
        return tuple(reversed(way))

    def callers(self, path: str, scope: str) -> tuple[Call, ...]:
        """The calls, in any file, of the function or class that `path` defines as `scope`."""
        return self._calls.callers(path, scope)

    def callee(self, call: Call) -> tuple[str, str] | None:
        """The file and the definition that a call reaches inside the repository, or None."""
        return self._calls.callee(call)

    def resolve(self, fact_path: str, scope: str, value: Value) -> Value:
        """The value with constants of other files and of all callers folded in, where known."""
        return self._values.resolve(fact_path, scope, value)

    @staticmethod
    def _walk(start: str, following: _Next, depth: int | None = None) -> frozenset[str]:
        seen = {start}
        front = [start]
        while front and (depth is None or depth > 0):
            front = [p for at in front for p in following(at)]
            front = [p for p in dict.fromkeys(front) if p not in seen]
            seen.update(front)
            depth = None if depth is None else depth - 1
        return frozenset(seen)
