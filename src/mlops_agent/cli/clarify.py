"""`mlops-agent clarify`: the questions that guided mode asks, in a terminal one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mlops_agent.contracts.gates import Clarification, Mode
    from mlops_agent.workflow.opening import Opened

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("clarify")
@click.argument("text")
@click.option(
    "--repo", type=click.Path(path_type=Path), help="A repository that may answer by itself."
)
@click.option(
    "--mode",
    type=click.Choice(["guided", "one-shot"]),
    default="guided",
    show_default=True,
    help="one-shot asks nothing and states what it assumes.",
)
@click.option("--answers", type=_FILE, help="Answers, one `id: answer` a line (YAML or JSON).")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
)
@click.option("--output", type=_FILE, help="Write to a file.")
@click.option("-q", "--quiet", is_flag=True, help="Only the questions.")
@click.option("-v", "--verbose", is_flag=True, help="Where each known answer stands.")
def clarify(
    text: str,
    repo: Path | None,
    mode: Mode,
    answers: Path | None,
    form: str,
    output: Path | None,
    quiet: bool,
    verbose: bool,
) -> int:
    """Ask what a plan for TEXT has to know: 4 to 8 questions, none about what was said.

    TEXT is the request in plain words, `-` for standard input, or @FILE. In a terminal the
    questions come one at a time and the answers are kept; else they are printed.
    """
    from mlops_agent.cli.requesting import read_request
    from mlops_agent.cli.run_report import check_output
    from mlops_agent.workflow.answer_file import read_answers
    from mlops_agent.workflow.opening import open_request

    check_output(output)
    said = read_request(text, None, None, None).text
    given = read_answers(answers) if answers is not None else {}
    opened = open_request(said, repo, given)
    if form == "text" and mode == "guided" and opened.decision in ("accept", "split"):
        from mlops_agent.cli.talking import somebody_talks

        if somebody_talks():
            return _talked(opened, repo, given, output, quiet=quiet, verbose=verbose)
    made = opened.clarified(mode, given)
    _put(made, form, output, quiet=quiet, verbose=verbose)
    return _code(opened, made)


def _talked(
    opened: Opened,
    repo: Path | None,
    given: Mapping[str, str],
    output: Path | None,
    *,
    quiet: bool,
    verbose: bool,
) -> int:
    from mlops_agent.cli.talking import talk_over
    from mlops_agent.exit_codes import ExitCode
    from mlops_agent.workflow.guided import LeftError

    try:
        made, _ = talk_over(opened, repo, given)
    except LeftError:
        return int(ExitCode.QUESTIONS)
    _put(made, "text", output, quiet=quiet, verbose=verbose)
    return _code(opened, made)


def _code(opened: Opened, made: Clarification) -> int:
    from mlops_agent.exit_codes import ExitCode

    if opened.decision == "handoff":
        return int(ExitCode.HANDED_OFF)
    if opened.decision == "decline":
        return int(ExitCode.NO_CHANGE)
    return int(ExitCode.QUESTIONS if made.questions else ExitCode.DONE)


def _put(
    made: Clarification, form: str, output: Path | None, *, quiet: bool, verbose: bool
) -> None:
    from mlops_agent.cli.clarify_view import view

    text = view(made, form, quiet=quiet, verbose=verbose)
    if output is None:
        click.echo(text, nl=False)
        return
    from mlops_agent.errors import BadInputError

    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInputError(f"cannot write {output}: {error.strerror or error}") from error
    click.echo(f"wrote {output}", err=True)
