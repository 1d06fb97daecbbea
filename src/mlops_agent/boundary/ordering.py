"""Which owner's work goes first where several have some.

Owns the signs of that: what mitigates goes before what prevents, and the caller's own "then".
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from mlops_agent.boundary.phrases import find, index_over
from mlops_agent.boundary.stemming import stems

if TYPE_CHECKING:
    from mlops_agent.boundary.decided import Ask
    from mlops_agent.contracts.routing import Ask as Checked

_MITIGATES = index_over(
    ("mitigates", 1.0, one)
    for one in (
        "roll back", "rollback", "roll ~ back", "revert", "return ~ to", "go back", "goes back",
        "go ~ back", "has to go back", "take ~ back", "put ~ back", "bring ~ back", "restore",
        "restored", "switch back", "fall back", "stop", "pause", "disable", "revoke", "repoint",
        "right away", "immediately", "at once", "first of all", "now", "asap", "zuruckrollen",
        "zurucksetzen", "restaurer", "revenir", "revertir", "reverter", "ripristinare",
    )
)  # fmt: skip
_AFTER = index_over(
    ("after", 1.0, one)
    for one in (
        "after that", "afterwards", "then", "only then", "once ~ done", "once that", "danach",
        "ensuite", "despues", "depois", "poi", "on the repaired", "on the corrected", "when ~ done",
        "as soon as", "depends on",
    )
)  # fmt: skip


def first_of(asks: Sequence[Ask | Checked], targets: Sequence[str], text: str = "") -> str:
    """The target that goes first; empty where there is one only, or nothing tells.

    Args:
        asks: with their owners.
        targets: the owners, each once.
        text: the request, for the words between its asks.
    """
    owned = [ask for ask in asks if ask.owner]
    if len(targets) == 1 or not owned:
        return ""
    mitigating = {ask.owner for ask in owned if find(stems(ask.text), _MITIGATES)}
    if len(mitigating) == 1:
        return mitigating.pop()
    between = [text[one.end : max(one.end, two.start)] for one, two in pairwise(owned)]
    waits = any(
        find(stems(f"{before} {ask.text}"), _AFTER)
        for before, ask in zip(between, owned[1:], strict=True)
    )
    return owned[0].owner if waits else ""
