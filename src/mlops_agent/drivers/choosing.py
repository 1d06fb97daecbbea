"""Which driver a run takes, and why; the operator's word alone counts, never the repository's.

A model driver is taken only where it is named: private code leaves the machine on an explicit word,
and a key that happens to be in the environment is none.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from mlops_agent.contracts.request import Request
from mlops_agent.drivers.base import Driver
from mlops_agent.errors import BadInputError

DRIVERS = ("offline", "replay")
VARIABLE = "MLOPS_AGENT_DRIVER"


@dataclass(frozen=True, slots=True)
class Choice:
    """A driver's name, and why it was taken."""

    name: str
    why: str


def choose(name: str) -> Choice:
    """Turn the word of `--driver` into a choice; `auto` asks MLOPS_AGENT_DRIVER, else offline.

    Raises BadInputError for a driver that this version does not have.
    """
    why = "named with --driver"
    if name == "auto":
        named = os.environ.get(VARIABLE, "")
        name = named or "offline"
        why = f"named in {VARIABLE}" if named else f"no driver is named, here or in {VARIABLE}"
    _check(name)
    return Choice(name, why)


def make(choice: Choice, request: Request, recording: Path | None) -> Driver:
    """Make the driver that was chosen; `recording` is the journal that `replay` plays back.

    Raises BadInputError for a driver that this version does not have, and when replay has no
    journal to play or it can't be read.
    """
    _check(choice.name)
    if choice.name == "replay":
        from mlops_agent.drivers.replay import ReplayDriver
        from mlops_agent.journal.reading import read_journal

        if recording is None:
            raise BadInputError("the replay driver needs a journal", "name it with --journal FILE")
        return ReplayDriver(read_journal(recording))
    from mlops_agent.drivers.offline import OfflineDriver
    from mlops_agent.risks.catalogue import RULES

    return OfflineDriver(request, RULES)


def _check(name: str) -> None:
    if name not in DRIVERS:
        raise BadInputError(
            f"this version has no driver {name!r}", f"the drivers are: auto, {', '.join(DRIVERS)}"
        )
