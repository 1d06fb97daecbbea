"""`mlops-agent resume`: go on with a run that was cut off, hit a limit or asked questions."""

from __future__ import annotations

from pathlib import Path

import click

from mlops_agent.cli.amounts import AMOUNT
from mlops_agent.cli.confining import allowing, confining, kind_named
from mlops_agent.cli.run import FORMATS, bounds

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("resume")
@click.argument("run")
@click.option("--answers", type=_FILE, help="Answers to its questions, one `id: answer` a line.")
@click.option("--model", default="", metavar="NAME", help="Another model than the run's.")
@click.option("--max-turns", type=click.IntRange(min=1), help="Stop after so many turns in all.")
@click.option("--max-minutes", type=AMOUNT, help="Stop after so many minutes in all.")
@click.option("--max-usd", type=AMOUNT, help="Stop after so many dollars in all.")
@confining
@allowing
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--output", type=_FILE, help="Write the report to a file.")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@click.option("-v", "--verbose", is_flag=True, help="Show what each call came to.")
def resume(  # noqa: PLR0913, PLR0917  one parameter an option is how click works
    run: str,
    answers: Path | None,
    model: str,
    max_turns: int | None,
    max_minutes: float | None,
    max_usd: float | None,
    sandbox: str | None,
    no_sandbox: bool,
    allow_network: bool,
    allowed: tuple[str, ...],
    form: str,
    output: Path | None,
    quiet: bool,
    verbose: bool,
) -> int:
    """Go on with RUN (its id, or the beginning of it) where it stopped.

    Nothing that finished is done again. A call that was cut off is looked into before it is
    repeated. The run's model, limit of dollars and sandbox hold, unless they are given anew.
    """
    from mlops_agent.cli.requesting import read_answers
    from mlops_agent.cli.run_report import carry_out, check_output, listener
    from mlops_agent.engine.options import RunOptions
    from mlops_agent.engine.running import resume_run

    given = read_answers(answers) if answers else {}
    check_output(output)
    watcher = listener(form, output, quiet=quiet, verbose=verbose)
    options = RunOptions(
        limits=bounds(max_turns, max_minutes, max_usd),
        model=model,
        sandbox=kind_named(sandbox, no_sandbox),
        network=allow_network,
        allowed=allowed,
    )
    return carry_out(lambda: resume_run(run, given, options, watcher), watcher, form, output)
