"""Guided mode in a terminal: prompts on standard error, lines from standard input.

Owns the prompting and what is said of the kept answers at the end; the talk itself is
`workflow.guided`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlops_agent.cli.clarify_view import wrapped
from mlops_agent.errors import BadInputError
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
        # Read as bytes: what is no UTF-8 would be kept as half characters, or end the talk.
        line = sys.stdin.buffer.readline()
        if not line:
            click.echo(err=True)
            raise EOFError
        return line.decode("utf-8", "replace").rstrip("\r\n")


def somebody_talks() -> bool:
    """Whether a person is there to be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


@dataclass
class _Keeping:
    """Keeps answers as long as that works; where it does not, says so once."""

    kept: Kept
    works: bool = True

    def make_ready(self) -> None:
        self._tried(self.kept.make_ready)

    def save(self, answers: Mapping[str, str]) -> None:
        if self.works:
            self._tried(lambda: self.kept.save(answers))

    def _tried(self, act: Callable[[], None]) -> None:
        try:
            act()
        except (OSError, BadInputError) as error:
            self.works = False
            why = error.strerror if isinstance(error, OSError) else error
            click.echo(
                f"answers can't be kept in {self.kept.path.parent} ({why}): "
                "they count for this talk only",
                err=True,
            )


def talk_over(
    opened: Opened, repo: Path | None, given: Mapping[str, str]
) -> tuple[Clarification, dict[str, str]]:
    """Ask the person at the terminal, and return what is known then, with the answers.

    What is answered is kept for the next start. Raises LeftError, with the answers, where the
    person leaves early, and BadInputError for answers that don't fit.
    """
    keeping = _Keeping(Kept(opened.text, repo))
    keeping.make_ready()
    kept = keeping.kept
    guide = Guide(
        Terminal(), lambda answers: opened.clarified("guided", answers), keeping.save, dict(given)
    )
    try:
        if not guide.offer(kept.read() if keeping.works else {}):
            kept.start_anew()
        return guide.run(), guide.answers
    except (LeftError, KeyboardInterrupt) as error:
        if keeping.works and kept.path.is_file():
            click.echo(
                f"kept in {kept.path}; the same command goes on, or --answers with that file",
                err=True,
            )
        if isinstance(error, LeftError):
            raise LeftError(guide.answers) from error
        raise
