"""What the operator decides about a run, beside the request."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from mlops_agent.engine.limits import Limits
from mlops_agent.engine.progress import Silent, Watcher


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where a verified change goes beside the run's folder; at most one of branch and apply."""

    branch: str = ""
    patch: Path | None = None
    apply: bool = False


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The operator's choices. `sandbox` "none" is for an explicit word only.

    `recording` is the journal that the replay driver plays.
    """

    driver: str = "auto"
    recording: Path | None = None
    limits: Limits = Limits()
    delivery: Delivery = Delivery()
    sandbox: Literal["bubblewrap", "none"] = "bubblewrap"
    watcher: Watcher = field(default_factory=Silent)
