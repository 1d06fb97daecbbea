"""`mlops-agent check`: judge a finished run's report once more, from its folder alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mlops_agent.cli.confining import confining, kind_named

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_agent.contracts.report import RunResult

FORMATS = ("text", "json", "markdown")


@click.command("check")
@click.argument("report")
@click.option("--rerun", is_flag=True, help="Run its commands and probes again, sandboxed.")
@confining
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
def check(
    report: str,
    rerun: bool,
    sandbox: str | None,
    no_sandbox: bool,
    allow_network: bool,
    form: str,
) -> int:
    """Check REPORT (a run's id, its folder or its report.json) against its journal and diff.

    Exits with 0 when all of it holds, with 5 when something does not.
    """
    from mlops_agent.exit_codes import ExitCode
    from mlops_agent.report.rechecking import bears_out, check_run, run_folder_of

    folder = run_folder_of(report)
    kind = kind_named(sandbox, no_sandbox)
    result = check_run(folder, rerun, kind, network=allow_network)
    click.echo(_rendered(result, form, folder), nl=False)
    return int(ExitCode.DONE if bears_out(result) else ExitCode.UNVERIFIED)


def _rendered(result: RunResult, form: str, folder: Path) -> str:
    if form == "json":
        return result.to_json()
    from mlops_agent.report.exhibits import Exhibits
    from mlops_agent.report.rendering import check_text, markdown

    if form == "markdown":
        return markdown(result, Exhibits.of_run(folder))
    from mlops_agent.journal.reading import read_journal
    from mlops_agent.report.ledger import Ledger
    from mlops_agent.report.routed import unchecked

    return check_text(result, unchecked(Ledger(read_journal(folder))))
