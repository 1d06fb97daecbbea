"""What `run` and `resume` print at the end, and the exit code that goes with it."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import click

from mlops_agent.cli.run_progress import Progress
from mlops_agent.contracts.report import Outcome, RunResult
from mlops_agent.errors import BadInputError
from mlops_agent.exit_codes import ExitCode

CODES: dict[Outcome, ExitCode] = {
    "report": ExitCode.DONE,
    "no-change": ExitCode.NO_CHANGE,
    "handoff": ExitCode.HANDED_OFF,
    "questions": ExitCode.QUESTIONS,
    "declined": ExitCode.NO_CHANGE,
    "stopped": ExitCode.LIMIT,
}
"""The exit code of each outcome; a report that is not verified ends with 5 instead."""


def carry_out(
    job: Callable[[], RunResult], progress: Progress, form: str, output: Path | None
) -> int:
    """Do a job, print its report and return the exit code; an interrupt says how to go on."""
    signal.signal(signal.SIGTERM, _terminated)
    # A terminal that closes ends us as orderly; nohup's wish to go on is kept.
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _terminated)
    try:
        result = job()
    except KeyboardInterrupt:
        progress.stop()
        _say_how_to_go_on(progress)
        raise
    finally:
        progress.stop()
    _put(rendered(result, form), output)
    return int(exit_code(result))


def exit_code(result: RunResult) -> ExitCode:
    """The exit code of a run's result."""
    if result.outcome == "report" and not result.verified:
        return ExitCode.UNVERIFIED
    return CODES[result.outcome]


def rendered(result: RunResult, form: str) -> str:
    """The report in the format that was asked for."""
    if form == "json":
        return result.to_json()
    from mlops_agent.report.exhibits import Exhibits
    from mlops_agent.report.rendering import command, markdown, text
    from mlops_agent.texts import render

    shown = Exhibits.of_run(Path(result.journal).parent)
    if form == "markdown":
        return markdown(result, shown)
    folder = str(Path(result.journal).parent)
    return text(result, shown) + render(
        "run-end.txt.j2", result=result, folder=folder, command=command
    )


def agree(result: RunResult, patch: bytes) -> bool:
    """Show a change and ask whether to apply it; where nobody can answer, the flag is the word."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return True
    click.echo(coloured(patch.decode(errors="replace")), err=True)
    return click.confirm("Apply this to your working tree?", err=True)


def coloured(text: str) -> str:
    """A text with the lines of its diff in colour."""
    return "".join(_coloured(line) for line in text.splitlines(keepends=True))


def _coloured(line: str) -> str:
    bare = line.removeprefix("  ")
    if bare.startswith("+"):
        return click.style(line, fg="green")
    if bare.startswith("-"):
        return click.style(line, fg="red")
    return click.style(line, fg="cyan") if bare.startswith("@@ ") else line


def _put(text: str, output: Path | None) -> None:
    if output is None:
        # click takes the colours out again where standard output is no terminal.
        click.echo(coloured(text), nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInputError(f"cannot write {output}: {error.strerror or error}") from error
    click.echo(f"wrote {output}", err=True)


def _say_how_to_go_on(progress: Progress) -> None:
    if progress.run:
        click.echo(f"kept in {progress.folder}; go on: mlops-agent resume {progress.run}", err=True)


def _terminated(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
