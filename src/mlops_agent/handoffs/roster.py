"""The roster of a team: the standard skills, with what its settings add and leave out.

Names are held against the standard roster here, and each mistake is one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_agent.contracts.skill import OURS
from mlops_agent.errors import BadInputError
from mlops_agent.vocabulary.siblings import NearMiss, Sibling, siblings, standard_roster

if TYPE_CHECKING:
    from mlops_agent.settings.model import Settings
    from mlops_agent.settings.roster import RosterEntry

_YAML, _TOML = "mlops-agent.yaml", "pyproject.toml"
"""Where settings can be; without them the rooms that read them need not be loaded."""
_MOST_BYTES = 256 * 1024
"""A larger pyproject.toml is not read for settings either."""


def roster_of(settings: Settings) -> tuple[Sibling, ...]:
    """The skills that work can be handed to, ours not among them; standard ones first.

    Raises BadInputError for our own name, a name that would be there twice, an unknown name to
    leave out, and an added skill without a territory.
    """
    chosen = settings.roster
    standard = [one.name for one in standard_roster()]
    _check_left_out(chosen.leave_out, standard)
    kept = [one for one in standard_roster() if one.name not in chosen.leave_out]
    names = {one.name for one in kept}
    return (*kept, *(_added(entry, names) for entry in chosen.add))


def _check_left_out(names: Sequence[str], standard: Sequence[str]) -> None:
    for name in names:
        if name not in standard:
            raise BadInputError(
                f"roster: leave-out names {name!r}, which the standard roster does not have",
                _meant(name, standard),
            )


def _added(entry: RosterEntry, kept: Iterable[str]) -> Sibling:
    if entry.name == OURS:
        raise BadInputError(f"roster: {OURS} is our own name", "give the skill another name")
    if entry.name in kept:
        raise BadInputError(
            f"roster: {entry.name} is on the standard roster already, so it would be there twice",
            "name it in leave-out too, to replace it by yours",
        )
    own = Sibling(
        name=entry.name,
        territory=entry.territory.strip(),
        examples=entry.examples,
        near_misses=tuple(NearMiss(one) for one in entry.near_misses),
        objects=entry.objects,
    )
    known = next((one for one in siblings() if one.optional and one.name == own.name), None)
    if known is not None:
        return _joined(known, own)
    if not own.territory:
        optional = [one.name for one in siblings() if one.optional]
        raise BadInputError(
            f"roster: {own.name} needs a territory: one line on what it answers for",
            f"the name alone is enough for: {', '.join(optional)}",
        )
    return own


def _joined(known: Sibling, own: Sibling) -> Sibling:
    """The optional skill as it is known here, with what the team says of it besides."""
    return replace(
        known,
        territory=own.territory or known.territory,
        examples=(*known.examples, *own.examples),
        near_misses=(*known.near_misses, *own.near_misses),
        objects=(*known.objects, *own.objects),
    )


def _meant(name: str, standard: Sequence[str]) -> str:
    import difflib  # Only a mistake needs it.

    near = difflib.get_close_matches(name, standard, n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else f"it has: {', '.join(standard)}"


def roster_at(folder: Path) -> tuple[Sibling, ...]:
    """The roster of the repository that a folder lies in; the standard one where it is in none.

    Raises BadInputError for settings that can't be used.
    """
    tops = (one for one in (folder, *folder.parents) if (one / ".git").exists())
    top = next(tops, None)
    if top is None or not ((top / _YAML).exists() or _may_speak(top / _TOML)):
        return standard_roster()
    from mlops_agent.settings.loading import load_settings

    return roster_of(load_settings(top))


def _may_speak(pyproject: Path) -> bool:
    """Whether a pyproject.toml can hold settings of ours: not where it never names us."""
    if not pyproject.is_file():
        return pyproject.exists()
    try:
        with pyproject.open("rb") as file:
            return b"mlops-agent" in file.read(_MOST_BYTES)
    except OSError:
        return True
