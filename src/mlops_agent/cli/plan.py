"""`mlops-agent plan`: the Delivery Bundle of a request, and the check of one that is written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mlops_agent.contracts.gates import Mode
    from mlops_agent.exit_codes import ExitCode
    from mlops_agent.workflow.opening import Opened

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("plan")
@click.argument("text", required=False)
@click.option("--repo", type=click.Path(path_type=Path), help="The repository of the model.")
@click.option(
    "--mode",
    type=click.Choice(["guided", "one-shot"]),
    default="guided",
    show_default=True,
    help="one-shot asks nothing and states what it assumes.",
)
@click.option("--answers", type=_FILE, help="Answers, one `id: answer` a line (YAML or JSON).")
@click.option("--check", "checked", type=_FILE, help="Hold a written bundle against the bar.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
)
@click.option("--output", type=_FILE, help="Write to a file.")
@click.option("-q", "--quiet", is_flag=True, help="Only the quality bar and the requests.")
@click.option("-v", "--verbose", is_flag=True, help="Every fact with the words that say it.")
def plan(  # noqa: PLR0913, PLR0917  one parameter an option is how click works
    text: str | None,
    repo: Path | None,
    mode: Mode,
    answers: Path | None,
    checked: Path | None,
    form: str,
    output: Path | None,
    quiet: bool,
    verbose: bool,
) -> int:
    """Plan a model's production life for TEXT: ten gates, each threshold with where it comes from.

    TEXT is the request in plain words, `-` for standard input, or @FILE. With --check, says which
    of the quality bar's ten items a bundle (ours, or any Markdown) lacks; exits with 5 for one
    that is not complete.
    """
    from mlops_agent.cli.run_report import check_output
    from mlops_agent.errors import BadInputError

    check_output(output)
    if checked is not None:
        if text is not None or answers is not None or repo is not None:
            raise BadInputError("--check takes a bundle and nothing else", "leave TEXT out")
        return _check(checked, form, output, quiet=quiet)
    if text is None:
        raise BadInputError(
            "nothing is asked", 'say it: mlops-agent plan "Make our churn model production ready"'
        )
    from mlops_agent.cli.requesting import read_request
    from mlops_agent.workflow.answer_file import read_answers
    from mlops_agent.workflow.opening import open_request

    said = read_request(text, None, None, None).text
    given = read_answers(answers) if answers is not None else {}
    opened = open_request(said, repo, given)
    if opened.decision in ("handoff", "clarify", "decline"):
        return _not_ours(opened, mode, form, output)
    if form == "text" and mode == "guided":
        given = _talked(opened, repo, given)
    return _plan(opened, mode, given, form, output, quiet=quiet, verbose=verbose)


def _plan(
    opened: Opened,
    mode: Mode,
    given: Mapping[str, str],
    form: str,
    output: Path | None,
    *,
    quiet: bool,
    verbose: bool,
) -> int:
    from mlops_agent.cli.plan_view import view
    from mlops_agent.exit_codes import ExitCode
    from mlops_agent.workflow.planning import plan_opened

    made = plan_opened(opened, mode, given)
    _put(view(made, form, quiet=quiet, verbose=verbose), output)
    return int(ExitCode.DONE if made.final else ExitCode.UNVERIFIED)


def _talked(opened: Opened, repo: Path | None, given: Mapping[str, str]) -> Mapping[str, str]:
    """The answers, asked for where a person is there; a person who leaves gets the defaults."""
    from mlops_agent.cli.talking import somebody_talks, talk_over
    from mlops_agent.workflow.guided import LeftError

    if not somebody_talks():
        return given
    try:
        return talk_over(opened, repo, given)[1]
    except LeftError as left:
        click.echo("the plan goes on with what was answered", err=True)
        return left.answers


def _not_ours(opened: Opened, mode: Mode, form: str, output: Path | None) -> int:
    """Say whose work it is, or what has to be known first, as `clarify` does."""
    from mlops_agent.cli.clarify_view import view
    from mlops_agent.exit_codes import ExitCode

    codes: dict[str, ExitCode] = {
        "handoff": ExitCode.HANDED_OFF,
        "clarify": ExitCode.QUESTIONS,
        "decline": ExitCode.NO_CHANGE,
    }
    made = opened.clarified(mode, {})
    _put(view(made, form, quiet=False, verbose=False), output)
    return int(codes[opened.decision])


def _check(file: Path, form: str, output: Path | None, *, quiet: bool) -> int:
    from mlops_agent.cli.plan_view import check_view
    from mlops_agent.exit_codes import ExitCode
    from mlops_agent.workflow.checking import check_plan

    found = check_plan(file)
    _put(check_view(found, form, quiet=quiet), output)
    return int(ExitCode.DONE if found.complete else ExitCode.UNVERIFIED)


def _put(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    from mlops_agent.errors import BadInputError

    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInputError(f"cannot write {output}: {error.strerror or error}") from error
    click.echo(f"wrote {output}", err=True)
