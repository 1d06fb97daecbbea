"""How commands are confined, in the words of the report."""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Sequence
from typing import Literal

from mlops_agent.contracts.report import Isolation
from mlops_agent.sandbox.interpreters import active_environment
from mlops_agent.sandbox.process import ENDS_ALL
from mlops_agent.sandbox.profile import Means
from mlops_agent.sandbox.system_calls import filter_program
from mlops_agent.sandbox.unprivileged import USER

_UNCONFINED = {
    "external": "not confined by us: in a container or machine of the operator's, who says so",
    "none": "not confined, by the operator's choice",
}
_OUTLIVED = (
    f"on {sys.platform} a process can outlive its command and change what is checked afterwards"
)
_WEAKER = ("bubblewrap", "external", "none")


def unconfined(kind: Literal["external", "none"]) -> Isolation:
    """What the operator's word makes of it."""
    detail = _UNCONFINED[kind] if ENDS_ALL else f"{_UNCONFINED[kind]}; {_OUTLIVED}"
    return Isolation(kind=kind, network=True, detail=detail)


def confined(means: Means, *, network: bool) -> Isolation:
    """What bubblewrap makes of it: which one, as whom, and what is shown beside the usual."""
    done = subprocess.run([means.bwrap, "--version"], capture_output=True, text=True, check=False)
    parts = [
        f"{done.stdout.strip() or 'bubblewrap'} ({means.bwrap}): own namespaces, allow-listed files"
    ]
    if means.user:
        parts.append(f"commands run as user {USER}, who is nobody, not as root")
    if filter_program() is None:
        parts.append(f"without a filter of system calls, not known for {platform.machine()}")
    if network:
        parts.append("this machine's network, abstract sockets included")
    if theirs := active_environment():
        parts.append(f"{theirs.variable} {theirs.prefix} can be read")
    return Isolation(kind="bubblewrap", network=network, detail="; ".join(parts))


def as_a_whole(sittings: Sequence[Isolation]) -> Isolation:
    """What a report says of a run that was taken up again: the weakest that it ever had."""
    distinct = list(dict.fromkeys(sittings))
    if len(distinct) == 1:
        return distinct[0]
    return Isolation(
        kind=max(distinct, key=lambda one: _WEAKER.index(one.kind)).kind,
        network=any(one.network for one in distinct),
        detail=" | then, taken up again: ".join(one.detail for one in distinct),
    )
