"""Where a verified change goes beside the run's folder: a patch file, for now.

An unverified one goes nowhere.
"""

from __future__ import annotations

import shutil

from mlops_agent.contracts.report import RunResult
from mlops_agent.engine.options import Delivery
from mlops_agent.workspace.worktree import Worktree


def deliver(result: RunResult, worktree: Worktree, delivery: Delivery) -> RunResult:
    """Deliver a verified report's change as asked, and note in the result where it went."""
    if result.change is None or not result.verified:
        return result
    if delivery.patch is not None:
        shutil.copyfile(result.change.patch, delivery.patch)
    return result
