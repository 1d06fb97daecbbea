"""Guided mode in a terminal: prompts on standard error, lines from standard input.

Owns the prompting and what is said of the kept answers at the end; the talk itself is
`workflow.guided`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlops_agent.cli.clarify_view import wrapped
from mlops_agent.report.escaping import visible
from mlops_agent.workflow.guided import Guide, LeftError
from mlops_agent.workflow.keeping import Kept

if TYPE_CHECKING:
    from mlops_agent.contracts.gates import Clarification
    from mlops_agent.workflow.opening import Opened


class Terminal:
    """The person at this terminal."""

    def say(self, text: str) -> None:
        """Show a text on standard error, without what a terminal would obey."""
        shown = wrapped("\n".join(visible(line) for line in text.split("\n")))
        click.echo(shown, nl=False, err=True)

    def ask(self, prompt: str) -> str:
        """Show a prompt and read one line; raises EOFError at its end."""
        click.echo(prompt, nl=False, err=True)
        line = sys.stdin.readline()
        if not line:
            click.echo(err=True)
            raise EOFError
        return line.rstrip("\n")


def somebody_talks() -> bool:
    """Whether a person is there to be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def talk_over(opened: Opened, repo: Path | None, given: Mapping[str, str]) -> Clarification:
    """Ask the person at the terminal; what is answered is kept for the next start.

    Raises LeftError where the person leaves early, and BadInputError for answers that don't fit;
    either way what was answered is kept, and where is said.
    """
    kept = Kept(opened.text, repo)
    guide = Guide(
        Terminal(), lambda answers: opened.clarified("guided", answers), kept.save, dict(given)
    )
    try:
        guide.offer(kept.read())
        return guide.run()
    except (LeftError, KeyboardInterrupt):
        if guide.answers:
            click.echo(
                f"kept in {kept.path}; the same command goes on, or --answers with that file",
                err=True,
            )
        raise
