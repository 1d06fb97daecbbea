"""`mlops-agent route`: whose work a request is, and the packets for other owners."""

from __future__ import annotations

import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlops_agent.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlops_agent.boundary.decided import Decided
    from mlops_agent.contracts.routing import Decision, Routing
    from mlops_agent.handoffs.announcing import Announced
    from mlops_agent.handoffs.routing import Advisor
    from mlops_agent.vocabulary.siblings import Sibling

FORMATS = ("text", "json", "markdown")
EXITS: Mapping[Decision, ExitCode] = {
    "accept": ExitCode.DONE,
    "handoff": ExitCode.HANDED_OFF,
    "split": ExitCode.DONE,
    "clarify": ExitCode.QUESTIONS,
    "decline": ExitCode.NO_CHANGE,
}
"""A split ends as our own part does; one without a part of ours is a hand-off."""


@click.command("route")
@click.argument("text", required=False)
@click.option(
    "--repo",
    type=click.Path(path_type=Path),
    help="A repository: its roster, and what its map tells the receivers.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file.")
@click.option("--driver", default="auto", show_default=True, help="auto, anthropic or offline.")
@click.option("--model", default="", metavar="NAME", help="The model to ask: an id or an alias.")
@click.option("-q", "--quiet", is_flag=True, help="Only the decision and whose work it is.")
@click.option("-v", "--verbose", is_flag=True, help="The packets' messages and all alternatives.")
def route(
    text: str | None,
    repo: Path | None,
    form: str,
    output: Path | None,
    driver: str,
    model: str,
    quiet: bool,
    verbose: bool,
) -> int:
    """Say whose work TEXT is: ours, another skill's, several owners', nobody's, or unclear.

    TEXT is the request in plain words, `-` for standard input, or @FILE. No model is asked unless
    one is named; then only about what the words leave uncertain.
    """
    from mlops_agent.cli.route_view import short_view, view

    said, top = _text(text), _top(repo)
    roster, advisor = _roster(top), _advisor(driver, model)
    short = form == "text" and not verbose and top is None and advisor is None
    told = _announced(said, roster) if short else None
    if told is not None:
        _put(short_view(told, quiet=quiet), output)
        return int(exit_of(told.decided))
    from mlops_agent.contracts.request import Request
    from mlops_agent.handoffs.routing import routed

    found = routed(Request(text=said), roster, top, advisor)
    shown = found.to_json() if form == "json" else view(found, form, quiet=quiet, verbose=verbose)
    _put(shown, output)
    return int(exit_of(found))


def exit_of(found: Routing | Decided) -> ExitCode:
    """The exit code of a route."""
    from mlops_agent.contracts.skill import OURS

    if found.decision == "split" and OURS not in found.targets:
        return ExitCode.HANDED_OFF
    return EXITS[found.decision]


def _announced(said: str, roster: Sequence[Sibling]) -> Announced | None:
    from mlops_agent.handoffs.announcing import announced

    return announced(said, roster)


def _text(text: str | None) -> str:
    from mlops_agent.boundary.accepting import LARGEST, checked_text
    from mlops_agent.errors import BadInputError

    if text is None:
        raise BadInputError("nothing is asked", 'say it: mlops-agent route "Roll back the model"')
    if text == "-":
        said: str | bytes = sys.stdin.buffer.read(LARGEST + 1)
        return checked_text(said, source="standard input")
    if not text.startswith("@"):
        return checked_text(text, source="the request")
    file = Path(text[1:])
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise BadInputError(f"{file} is not a regular file", "put the request into one")
        with file.open("rb") as opened:
            said = opened.read(LARGEST + 1)
    except OSError as error:
        raise BadInputError(f"cannot read {file}: {error.strerror or error}") from error
    return checked_text(said, source=str(file))


def _top(repo: Path | None) -> Path | None:
    """The top of the repository that is named, None where none is."""
    if repo is None:
        return None
    from mlops_agent.lifecycle.git import open_root

    return open_root(repo)


def _roster(top: Path | None) -> tuple[Sibling, ...]:
    from mlops_agent.handoffs.roster import roster_at

    return roster_at(top or Path.cwd())


def _advisor(driver: str, model: str) -> Advisor | None:
    from mlops_agent.settings.home import names_no_driver

    if driver == "auto" and not model and names_no_driver():
        return None
    from mlops_agent.drivers.choosing import choose
    from mlops_agent.errors import BadInputError

    choice = choose(driver, model)
    if choice.name == "replay":
        raise BadInputError("route replays nothing", "the drivers are: auto, anthropic, offline")
    if choice.model is None:
        return None
    from mlops_agent.drivers.anthropic.opinion import ModelAdvisor

    return ModelAdvisor(choice.model, choice.max_usd)


def _put(text: str, output: Path | None) -> None:
    from mlops_agent.errors import BadInputError

    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInputError(f"cannot write {output}: {error.strerror or error}") from error
    click.echo(f"wrote {output}", err=True)
