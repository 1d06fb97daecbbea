"""The options that say how commands are confined; run, resume and check share them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from mlops_agent.sandbox.confine import Kind

_OPTIONS = (
    click.option(
        "--sandbox",
        type=click.Choice(("bubblewrap", "external")),
        help="How commands are confined; external: by a container or machine of yours.",
    ),
    click.option("--no-sandbox", is_flag=True, help="Run commands unconfined; the report says so."),
    click.option("--allow-network", is_flag=True, help="Let confined commands use the network."),
)
allowing = click.option(
    "--allow-command",
    "allowed",
    multiple=True,
    metavar="COMMAND",
    help="Let this exact command run although it changes a live system; can be repeated.",
)


def confining(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command --sandbox, --no-sandbox and --allow-network."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def kind_named(sandbox: str | None, no_sandbox: bool) -> Kind | None:
    """The kind that the options name, None where they name none.

    Raises BadInputError where they contradict each other.
    """
    from mlops_agent.errors import BadInputError

    if sandbox and no_sandbox:
        raise BadInputError("--sandbox and --no-sandbox exclude each other", "give one of them")
    if sandbox == "bubblewrap":
        return "bubblewrap"
    if sandbox == "external":
        return "external"
    return "none" if no_sandbox else None
