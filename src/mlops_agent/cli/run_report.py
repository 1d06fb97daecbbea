"""What `run` and `resume` print on the way and at the end, and the exit code that goes with it."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Protocol

import click

from mlops_agent.cli.run_events import JsonLines
from mlops_agent.cli.run_progress import Progress
from mlops_agent.cli.surroundings import visible
from mlops_agent.contracts.progress import AnyProgress
from mlops_agent.contracts.report import Outcome, RunResult
from mlops_agent.errors import BadInputError
from mlops_agent.exit_codes import ExitCode
from mlops_agent.sandbox.secrets.redactor import Redactor

CODES: dict[Outcome, ExitCode] = {
    "report": ExitCode.DONE,
    "no-change": ExitCode.NO_CHANGE,
    "handoff": ExitCode.HANDED_OFF,
    "questions": ExitCode.QUESTIONS,
    "declined": ExitCode.NO_CHANGE,
    "stopped": ExitCode.LIMIT,
}
"""The exit code of each outcome; a report that is not verified ends with 5 instead."""


class Listener(Protocol):
    """Hears a run's events; `run` is its id and `folder` its place once it began."""

    run: str
    folder: str

    def __call__(self, event: AnyProgress, /) -> None:
        """Take one event."""
        ...

    def stop(self) -> None:
        """Leave terminal and files in order; twice is fine."""
        ...


def listener(form: str, output: Path | None, *, quiet: bool, verbose: bool) -> Listener:
    """Who hears the events: a program with `jsonl`, else a person."""
    return JsonLines(output) if form == "jsonl" else Progress(quiet=quiet, verbose=verbose)


def check_output(output: Path | None) -> None:
    """Raise BadInputError for a place that no report can be written to, before there is one."""
    from mlops_agent.workspace.delivery import check_place

    if output is not None:
        check_place(output, "the report")


def carry_out(
    job: Callable[[], RunResult], progress: Listener, form: str, output: Path | None
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
    if form != "jsonl":
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
    from mlops_agent.report.rendering import command, markdown, message_file, resuming, text
    from mlops_agent.texts import render

    shown = Exhibits.of_run(Path(result.journal).parent)
    if form == "markdown":
        return markdown(result, shown)
    folder = str(Path(result.journal).parent)
    return text(result, shown) + render(
        "run-end.txt.j2",
        result=result,
        folder=folder,
        command=command,
        message_file=message_file,
        resuming=resuming,
    )


def somebody_can_answer() -> bool:
    """Whether a person is there to be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def agreeing(progress: Listener) -> Callable[[RunResult, bytes], bool]:
    """Shows a change to the person and asks whether to apply it."""

    def agree(_result: RunResult, patch: bytes) -> bool:
        progress.stop()
        lines = Redactor().data(patch).decode(errors="replace").split("\n")
        # The change may hold what would make a terminal show another one.
        shown = "\n".join(visible(line.expandtabs()) for line in lines)
        click.echo(coloured(shown), err=True)
        return click.confirm("Apply this to your working tree?", err=True)

    return agree


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


def _say_how_to_go_on(progress: Listener) -> None:
    if progress.run:
        click.echo(f"kept in {progress.folder}; go on: mlops-agent resume {progress.run}", err=True)


def _terminated(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
