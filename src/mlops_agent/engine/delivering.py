"""Where a verified change goes beside the run's folder: a branch, the working tree, a patch file.

An unverified change goes nowhere: what is not proved is not put into anybody's repository.
"""

from __future__ import annotations

from mlops_agent.contracts.report import RunResult
from mlops_agent.engine.options import Delivery
from mlops_agent.workspace.delivery import (
    branch_reference,
    check_place,
    deliver_branch,
    deliver_patch,
    deliver_to_working_tree,
)
from mlops_agent.workspace.repository import Repository
from mlops_agent.workspace.worktree import Worktree


def check_delivery(repository: Repository, delivery: Delivery) -> None:
    """Raise BadInputError for a delivery that is bound to fail, before any work is done for it."""
    if delivery.branch:
        branch_reference(repository, delivery.branch)
    if delivery.patch is not None:
        check_place(delivery.patch, "the patch")


def deliver(result: RunResult, worktree: Worktree, delivery: Delivery) -> RunResult:
    """Deliver a verified report's change as asked, and note in the result where it went.

    Raises BadInputError, with nothing delivered, where the repository does not take it.
    """
    change, folder = result.change, worktree.run_folder
    if change is None or not result.verified:
        return result
    if delivery.patch is not None:
        deliver_patch(folder, delivery.patch)
    if delivery.apply and (delivery.agree is None or delivery.agree(result, worktree.diff().patch)):
        deliver_to_working_tree(worktree.repository, folder)
        change = change.model_copy(update={"applied": True})
    if delivery.branch:
        message = f"{change.summary}\n\n{change.trade_off}"
        base = worktree.base_commit
        deliver_branch(worktree.repository, folder, delivery.branch, base, message)
        change = change.model_copy(update={"branch": delivery.branch})
    return result.model_copy(update={"change": change})
