"""Which stages' work a function reaches through calls inside the repository.

Owns following calls through home-made helpers: a script whose `main` calls a helper that calls
`mlflow.register_model` registers a model. Callbacks and dynamic dispatch are not followed.
"""

from __future__ import annotations

from collections import defaultdict

from mlops_agent.contracts.lifecycle import Stage
from mlops_agent.lifecycle.facts import Call
from mlops_agent.lifecycle.stages.evidence import Evidence

Place = tuple[str, str]
DEPTH = 4


class Reach:
    """The stages reached from a place (file and function), by at most DEPTH calls."""

    def __init__(self, evidence: Evidence) -> None:
        self._signs: defaultdict[Place, set[Stage]] = defaultdict(set)
        for sign in evidence.signs:
            if sign.kind == "call" and not sign.weak:
                self._signs[sign.path, sign.scope].add(sign.stage)
        self._next: defaultdict[Place, list[tuple[Place, Call]]] = defaultdict(list)
        for call in evidence.facts.of(Call):
            callee = evidence.graph.callee(call)
            if callee is not None:
                self._next[call.path, call.scope].append((callee, call))
        self._known: dict[tuple[Place, int], frozenset[Stage]] = {}

    def stages(self, place: Place, depth: int = DEPTH) -> frozenset[Stage]:
        """The stages whose work the function, or what it calls, does."""
        key = (place, depth)
        if key not in self._known:
            self._known[key] = frozenset()
            found = set(self._signs.get(place, ()))
            if depth:
                for callee, _ in self._calls(place):
                    found |= self.stages(callee, depth - 1)
            self._known[key] = frozenset(found)
        return self._known[key]

    def from_file(self, path: str, depth: int = DEPTH) -> dict[Stage, Call]:
        """For each stage that calls out of the file reach: the first such call."""
        found: dict[Stage, Call] = {}
        places = [place for place in self._next if place[0] == path]
        calls = [pair for place in places for pair in self._next[place]]
        for callee, call in sorted(calls, key=lambda pair: pair[1].line):
            if callee[0] != path:
                for stage in sorted(self.stages(callee, depth - 1)):
                    found.setdefault(stage, call)
        return found

    def _calls(self, place: Place) -> list[tuple[Place, Call]]:
        """Calls of the function itself and of functions inside it; of a class, of making one."""
        direct = self._next.get(place, [])
        made = self._next.get((place[0], f"{place[1]}.__init__"), []) if place[1] else []
        return [*direct, *made]
