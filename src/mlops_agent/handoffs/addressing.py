"""Who gets a packet of a request, and what it is called: all that is known before it is packed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mlops_agent.contracts.skill import OURS
from mlops_agent.texts.presence import is_installed

if TYPE_CHECKING:
    from mlops_agent.contracts.routing import Decision

PACKED: frozenset[Decision] = frozenset({"handoff", "split"})
"""Decisions that packets go out with."""
_DIGITS = 12


class Addressed(NamedTuple):
    """A packet from outside; `to_available` says whether its receiver is installed here."""

    packet_id: str
    receiver: str
    to_available: bool


def receivers_of(targets: Sequence[str]) -> list[str]:
    """The targets that are not ours, in their order."""
    return [one for one in targets if one != OURS]


def addressed(
    targets: Sequence[str], homes: Sequence[Path], text: str, task: str = "", parent: str = ""
) -> list[Addressed]:
    """Each packet of a request.

    Args:
        targets: the owners of its parts, each once.
        homes: the folders in whose `.claude` a receiver counts as installed.
        text: the request, without its secrets.
        task: the caller's own id for it.
        parent: the caller's id for what it belongs to.
    """
    return [
        Addressed(
            _id(number, "\0".join([text, task, parent, receiver])),
            receiver,
            is_installed(receiver, list(homes)),
        )
        for number, receiver in enumerate(receivers_of(targets), 1)
    ]


def _id(number: int, named: str) -> str:
    # Loading it loads a library of ciphers, and most requests have no packet.
    from hashlib import sha256

    digest = sha256(named.encode("utf-8", "surrogatepass")).hexdigest()
    return f"route-{digest[:_DIGITS]}-{number}"
