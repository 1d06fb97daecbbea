"""Models that are trained without a framework: a script of that name over numbers, and its company.

A few lines of NumPy are a model too, and no import says so. What counts is a file whose name says
that it trains, that works with arrays or tables itself or by what it imports, beside a file whose
name says that a model is evaluated, asked, promoted or watched. Either alone is no model.
"""

from __future__ import annotations

from collections.abc import Iterator

from mlops_agent.lifecycle.facts import Import
from mlops_agent.lifecycle.graph.graph import Graph
from mlops_agent.lifecycle.index import FactIndex
from mlops_agent.lifecycle.stages.naming import words_of

NUMBERS = frozenset({"numpy", "pandas", "polars", "scipy", "pyarrow", "duckdb"})
_TRAINED = frozenset({"train", "retrain", "training", "retraining", "finetune", "trainer"})
_COMPANY = ("evaluat", "predict", "infer", "scor", "promot", "champion", "drift", "psi", "canary")
_DEPTH = 2


def home_made(facts: FactIndex, graph: Graph) -> frozenset[str]:
    """The files of a home-made model: who trains it, what that imports, and its company."""
    numeric = frozenset(
        fact.path for fact in facts.of(Import) if fact.module.partition(".")[0] in NUMBERS
    )
    trainers = {
        path for path in _python(facts) if _trains(path) and graph.closure(path, _DEPTH) & numeric
    }
    company = {path for path in _python(facts) if _in_company(path)} - trainers
    if not trainers or not company:
        return frozenset()
    imported = (one for path in trainers for one in graph.imports(path))
    return frozenset({*trainers, *company, *imported})


def _python(facts: FactIndex) -> Iterator[str]:
    return (path for path in facts.paths() if path.endswith(".py"))


def _trains(path: str) -> bool:
    return any(word in _TRAINED for word in _words(path))


def _in_company(path: str) -> bool:
    return any(word.startswith(_COMPANY) for word in _words(path))


def _words(path: str) -> list[str]:
    return words_of(path.rpartition("/")[2].partition(".")[0])
