"""`mlops-agent run`: the whole job on a repository, from a request in plain words to a report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlops_agent.cli.amounts import AMOUNT
from mlops_agent.cli.confining import allowing, confining, kind_named

if TYPE_CHECKING:
    from mlops_agent.cli.run_report import Listener
    from mlops_agent.engine.limits import Limits
    from mlops_agent.engine.options import Delivery

FORMATS = ("text", "json", "jsonl", "markdown")
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("run")
@click.argument("text", required=False)
@click.option("--repo", type=click.Path(path_type=Path), default=".", show_default=True)
@click.option(
    "--request", "request_file", type=_FILE, help="The request as JSON or YAML (docs/schemas)."
)
@click.option("--answers", type=_FILE, help="Answers to questions, one `id: answer` a line.")
@click.option(
    "--driver", default="auto", show_default=True, help="auto, anthropic, offline or replay."
)
@click.option("--model", default="", metavar="NAME", help="The model to ask: an id or an alias.")
@click.option("--journal", type=_FILE, help="The journal that --driver replay plays back.")
@click.option("--max-turns", type=click.IntRange(min=1), help="Stop after so many turns.")
@click.option("--max-minutes", type=AMOUNT, help="Stop after so many minutes.")
@click.option("--max-usd", type=AMOUNT, help="Stop after so many dollars; for a priced model.")
@click.option("--apply", is_flag=True, help="Apply a verified change to the working tree.")
@click.option(
    "--branch", default="", metavar="NAME", help="Commit a verified change to a new branch."
)
@click.option("--patch", type=_FILE, help="Write a verified change's patch to a file.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--output", type=_FILE, help="Write the report to a file.")
@click.option("--yes", is_flag=True, help="Do not ask before applying.")
@confining
@allowing
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@click.option("-v", "--verbose", is_flag=True, help="Show what each call came to.")
def run(  # noqa: PLR0913, PLR0917  one parameter an option is how click works
    text: str | None,
    repo: Path,
    request_file: Path | None,
    answers: Path | None,
    driver: str,
    model: str,
    journal: Path | None,
    max_turns: int | None,
    max_minutes: float | None,
    max_usd: float | None,
    apply: bool,
    branch: str,
    patch: Path | None,
    form: str,
    output: Path | None,
    yes: bool,
    sandbox: str | None,
    no_sandbox: bool,
    allow_network: bool,
    allowed: tuple[str, ...],
    quiet: bool,
    verbose: bool,
) -> int:
    """Do what TEXT asks in a repository: map, find the risk, change, prove, report.

    TEXT is the request in plain words, `-` for standard input, or @FILE. Nothing is written to the
    repository unless --apply or --branch says so; the patch is in the run's folder.
    """
    from mlops_agent.cli.requesting import read_request
    from mlops_agent.cli.run_report import carry_out, check_output, listener
    from mlops_agent.engine.options import RunOptions
    from mlops_agent.engine.running import run_request

    request = read_request(text, request_file, answers, journal if driver == "replay" else None)
    check_output(output)
    watcher = listener(form, output, quiet=quiet, verbose=verbose)
    options = RunOptions(
        driver=driver,
        recording=journal,
        limits=bounds(max_turns, max_minutes, max_usd),
        delivery=_delivery(apply, branch, patch, yes, watcher),
        sandbox=kind_named(sandbox, no_sandbox),
        network=allow_network,
        allowed=allowed,
        model=model,
    )
    return carry_out(lambda: run_request(request, repo, options, watcher), watcher, form, output)


def bounds(turns: int | None, minutes: float | None, usd: float | None) -> Limits:
    """The limits of a run; the usual ones where nothing is given."""
    from mlops_agent.engine.limits import MAX_MINUTES, MAX_TURNS, Limits

    return Limits(turns=turns or MAX_TURNS, minutes=minutes or MAX_MINUTES, usd=usd)


def _delivery(
    apply: bool, branch: str, patch: Path | None, yes: bool, watcher: Listener
) -> Delivery:
    from mlops_agent.cli.run_report import agreeing, somebody_can_answer
    from mlops_agent.engine.options import Delivery
    from mlops_agent.errors import BadInputError

    if sum([apply, bool(branch), patch is not None]) > 1:
        raise BadInputError("--apply, --branch and --patch exclude each other", "give one of them")
    if apply and not yes and not somebody_can_answer():
        raise BadInputError(
            "--apply asks before it writes, and nobody can answer here", "say --yes with it"
        )
    return Delivery(branch, patch, apply, agreeing(watcher) if apply and not yes else None)
