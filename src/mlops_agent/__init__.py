"""mlops-agent: the MLOps engineer of a repository.

The functions here are the program's Python face. Each takes typed arguments, returns the typed
record whose JSON the command line prints, and raises errors of one family, MlopsAgentError.
Importing the package loads none of them until they are used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from mlops_agent._version import __version__

if TYPE_CHECKING:
    from mlops_agent.api import audit, check, clarify, map_repository, plan, route, run, watch
    from mlops_agent.errors import MlopsAgentError

__all__ = [
    "MlopsAgentError",
    "__version__",
    "audit",
    "check",
    "clarify",
    "map_repository",
    "plan",
    "route",
    "run",
    "watch",
]

_ERRORS = {"MlopsAgentError"}
_API = {"audit", "check", "clarify", "map_repository", "plan", "route", "run", "watch"}


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Load a public name on first use, so that importing the package stays cheap."""
    if name in _ERRORS:
        return getattr(importlib.import_module("mlops_agent.errors"), name)
    if name in _API:
        return getattr(importlib.import_module("mlops_agent.api"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
