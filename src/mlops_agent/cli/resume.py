"""`mlops-agent resume`: go on with a run that was cut off, hit a limit or asked questions."""

from __future__ import annotations

from pathlib import Path

import click

from mlops_agent.cli.run import FORMATS

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("resume")
@click.argument("run")
@click.option("--answers", type=_FILE, help="Answers to its questions, one `id: answer` a line.")
@click.option("--max-turns", type=click.IntRange(min=1), help="Stop after so many calls in all.")
@click.option(
    "--max-minutes", type=click.FloatRange(min=0, min_open=True), help="Stop after so many minutes."
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--output", type=_FILE, help="Write the report to a file.")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@click.option("-v", "--verbose", is_flag=True, help="Show what each call came to.")
def resume(
    run: str,
    answers: Path | None,
    max_turns: int | None,
    max_minutes: float | None,
    form: str,
    output: Path | None,
    quiet: bool,
    verbose: bool,
) -> int:
    """Go on with RUN (its id, or the beginning of it) where it stopped.

    Nothing that finished is done again. A call that was cut off is looked into before it is
    repeated.
    """
    from mlops_agent.cli.requesting import read_answers
    from mlops_agent.cli.run_progress import Progress
    from mlops_agent.cli.run_report import carry_out
    from mlops_agent.engine.limits import MAX_MINUTES, MAX_TURNS, Limits
    from mlops_agent.engine.options import RunOptions
    from mlops_agent.engine.running import resume_run

    given = read_answers(answers) if answers else {}
    limits = Limits(turns=max_turns or MAX_TURNS, minutes=max_minutes or MAX_MINUTES)
    options = RunOptions(limits=limits)
    watcher = Progress(quiet=quiet, verbose=verbose)
    return carry_out(lambda: resume_run(run, given, options, watcher), watcher, form, output)
