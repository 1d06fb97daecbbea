"""What placement works from: the facts, the joins, and the signs found so far, by file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from mlops_agent.contracts.lifecycle import Stage
from mlops_agent.lifecycle.facts import Import, MainGuard
from mlops_agent.lifecycle.graph.building import Joined
from mlops_agent.lifecycle.graph.graph import Graph
from mlops_agent.lifecycle.index import FactIndex
from mlops_agent.lifecycle.stages.home_made import home_made
from mlops_agent.lifecycle.stages.sign import Sign
from mlops_agent.vocabulary.loader import Framework
from mlops_agent.vocabulary.lookup import vocabulary

_ML_STAGES = frozenset({"training", "evaluation", "registry"})


class Evidence:
    """Signs by file and stage, over the facts and joins of a repository."""

    def __init__(self, facts: FactIndex, joined: Joined, signs: Iterable[Sign]) -> None:
        self.facts = facts
        self.joined = joined
        self.graph: Graph = joined.graph
        self.signs: list[Sign] = []
        self._by_path: defaultdict[str, defaultdict[Stage, list[Sign]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for sign in signs:
            self.add(sign)
        self.home_made = home_made(facts, self.graph)
        self.ml_files = _ml_files(facts) | self.home_made
        near = self.ml_files | _neighbours(self.graph, self.ml_files)
        self.near_ml = near | _neighbours(self.graph, near)
        self.scripts = frozenset(guard.path for guard in facts.of(MainGuard))

    def add(self, sign: Sign) -> None:
        """Take one more sign."""
        self.signs.append(sign)
        self._by_path[sign.path][sign.stage].append(sign)

    def at(self, path: str, stage: Stage) -> list[Sign]:
        """The signs of a stage in a file."""
        return self._by_path[path][stage] if path in self._by_path else []

    def stages(self, path: str) -> tuple[Stage, ...]:
        """The stages that a file has signs of."""
        if path not in self._by_path:
            return ()
        return tuple(stage for stage, found in self._by_path[path].items() if found)

    def files(self, stage: Stage) -> tuple[str, ...]:
        """The files with signs of a stage, sorted."""
        return tuple(sorted(path for path, found in self._by_path.items() if found.get(stage)))


def _neighbours(graph: Graph, files: frozenset[str]) -> frozenset[str]:
    """Files joined to one of these directly: by an import, a call, a start or an artefact.

    Two such steps lead from a script by its driver to its sibling.
    """
    joined: set[str] = set()
    for link in graph.links():
        if link.source in files:
            joined.add(link.target)
        elif link.target in files:
            joined.add(link.source)
    return frozenset(joined)


def is_ml(framework: Framework) -> bool:
    """Whether a framework trains, evaluates or registers models: importing it says ML."""
    return any(word.stage in _ML_STAGES and not word.weak for word in framework.calls)


def _ml_files(facts: FactIndex) -> frozenset[str]:
    known = vocabulary()
    ml = {framework.name for framework in known.frameworks if is_ml(framework)}
    return frozenset(
        fact.path for fact in facts.of(Import) if known.framework_of(fact.module) in ml
    )
