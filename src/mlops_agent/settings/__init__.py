"""The repository's own word: which rules hold, which names are production, what is elsewhere.

Nothing here can widen a permission: there is no key for tools, network, sandbox or driver.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlops_agent.settings.loading import load_settings
    from mlops_agent.settings.model import Rehearsal, Rehearsals, Settings

__all__ = ["Rehearsal", "Rehearsals", "Settings", "load_settings"]


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Load a name on first use: where the operator's file lies is asked without the records."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = "loading" if name == "load_settings" else "model"
    return getattr(importlib.import_module(f"{__name__}.{module}"), name)
