"""`mlops-agent undo`: take back what a run left in the repository."""

from __future__ import annotations

import click


@click.command("undo")
@click.argument("run")
def undo(run: str) -> None:
    """Take back what RUN (its id, or the beginning of it) left in the repository.

    Deletes its branch if that still points at the run's commit, and puts applied files back if they
    are still as the run left them; otherwise nothing is changed. The run's folder stays.
    """
    from mlops_agent.journal.runs import find_run
    from mlops_agent.workspace.delivery import undo as take_back

    undone = take_back(find_run(run))
    if undone.branch:
        click.echo(f"deleted the branch {undone.branch}")
    for path in undone.files:
        click.echo(f"put back {path}")
    if not undone.branch and not undone.files:
        click.echo("nothing to take back: the run left nothing in the repository")
