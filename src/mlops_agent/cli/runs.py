"""`mlops-agent runs`: the runs that this machine holds, the newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mlops_agent.contracts.inventory import ListedRun

_REQUEST_SHOWN = 60


@click.command("runs")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text")
def runs(form: str) -> None:
    """List earlier runs with what was asked and what came of it.

    `running` is a run that another process is at; `interrupted` one that can be resumed.
    """
    from dataclasses import asdict

    from mlops_agent.contracts.inventory import ListedRun, RunList
    from mlops_agent.journal.runs import list_runs, runs_folder

    listed = RunList(
        runs=[ListedRun(**asdict(entry) | {"folder": str(entry.folder)}) for entry in list_runs()]
    )
    if form == "json":
        click.echo(listed.to_json(), nl=False)
    elif listed.runs:
        for run in listed.runs:
            click.echo(_line(run))
    else:
        click.echo(f"no runs in {runs_folder()}", err=True)


def _line(run: ListedRun) -> str:
    request = " ".join(run.request.split())
    if len(request) > _REQUEST_SHOWN:
        request = request[: _REQUEST_SHOWN - 3] + "..."
    return f"{run.id}  {run.outcome:11}  {request or run.why}"
