"""A roster of the working tree that is not the one of a run's base, which the run goes by.

Owns only the line that says so.
"""

from __future__ import annotations

from pathlib import Path

from mlops_agent.errors import BadInputError
from mlops_agent.handoffs.roster import roster_of
from mlops_agent.settings import load_settings

OTHER = "the roster of the working tree is not that of the run's base, which counts: commit it"
UNUSABLE = "the roster of the working tree is not used, only the base's, and could not be: {why}"


def roster_note(working_tree: Path, base: Path) -> str:
    """A line to say that a roster is left aside; empty where there is none.

    Args:
        working_tree: the folder that the user works in.
        base: the folder with the commit that the run is made on.
    """
    try:
        ours = load_settings(base).roster
    except BadInputError:
        # The run says so itself.
        return ""
    try:
        settings = load_settings(working_tree)
        roster_of(settings)
    except BadInputError as error:
        return UNUSABLE.format(why=error)
    return "" if settings.roster == ours else OTHER
