"""Progress on standard error: a line a turn, with a live view below on a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from mlops_agent.cli.surroundings import visible
from mlops_agent.contracts.progress import Acted, Acting, AnyProgress, Began, Decided, Ended, Noted

if TYPE_CHECKING:
    from mlops_agent.cli.live_view import LiveView

_WIDTH = 100
_LONGEST = 400


class Progress:
    """Tells a person what the run does; `run` is its id and `folder` its place once it began."""

    def __init__(self, *, quiet: bool, verbose: bool) -> None:
        self._quiet = quiet
        self._verbose = verbose
        self._view: LiveView | None = None
        self.run = ""
        self.folder = ""

    def __call__(self, event: AnyProgress, /) -> None:
        """Tell of one event what is worth a line, and show the rest where there is a view."""
        if isinstance(event, Began):
            self.run, self.folder = event.run, event.folder
        if not self._quiet:
            self._tell(event)

    def _tell(self, event: AnyProgress) -> None:
        if isinstance(event, Ended):
            self.stop()
        if self._view is not None:
            self._view.hear(event)
        line = self._line(event)
        if line:
            self._say(line, whole=isinstance(event, Noted))
        if isinstance(event, Began):
            self._view = _live_view(event)

    def stop(self) -> None:
        """Take the view away; twice is fine."""
        if self._view is not None:
            self._view.stop()
            self._view = None

    def _line(self, event: AnyProgress) -> str:
        match event:
            case Began():
                model = f", model {event.model}" if event.model else ""
                return f"run {event.run}, driver {event.driver}{model} ({event.why})"
            case Decided():
                return f"  {event.text.strip() or ', '.join(event.tools)}"
            case Acting():
                return ""
            case Acted():
                return self._outcome(event)
            case Noted():
                return event.text
            case Ended():
                word = "stopped after" if event.result.outcome == "stopped" else "done in"
                return f"{word} {event.result.usage.seconds:.1f} s"

    def _outcome(self, event: Acted) -> str:
        """What a call came to: failures in one line, the rest only when asked."""
        if event.ok and not self._verbose:
            return ""
        word = "ok" if event.ok else "failed"
        return f"    {event.tool} {word} in {event.seconds:.1f} s: {event.text[:_WIDTH]}"

    def _say(self, line: str, *, whole: bool) -> None:
        # What a driver says may hold line breaks, and what a terminal obeys.
        indent = line[: len(line) - len(line.lstrip())]
        words = " ".join(line.split())
        if len(words) > _LONGEST and not whole:
            words = f"{words[:_LONGEST]} ..."
        if self._view is None:
            click.echo(visible(indent + words), err=True)
        else:
            self._view.say(visible(indent + words), whole=whole)


def _live_view(began: Began) -> LiveView | None:
    """A view of the run, where standard error is a terminal that can show one."""
    if not sys.stderr.isatty():
        return None
    from rich.console import Console

    from mlops_agent.cli.live_view import LiveView

    console = Console(stderr=True)
    if console.is_dumb_terminal:
        return None
    view = LiveView(console)
    view.hear(began)
    return view
