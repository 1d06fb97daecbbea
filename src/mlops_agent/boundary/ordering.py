"""Which owner's work goes first where several have some.

Owns the signs of that: what mitigates goes before what prevents, and the caller's own "then".
"""

from __future__ import annotations

from collections.abc import Sequence

from mlops_agent.boundary.phrases import find, index_over
from mlops_agent.boundary.stemming import stems
from mlops_agent.contracts.routing import Ask

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


def first_of(asks: Sequence[Ask], targets: Sequence[str]) -> str:
    """The target that goes first; empty where there is one only, or nothing tells."""
    if len(targets) < 2:
        return ""
    owned = [ask for ask in asks if ask.owner]
    mitigating = {ask.owner for ask in owned if find(stems(ask.text), _MITIGATES)}
    if len(mitigating) == 1:
        return mitigating.pop()
    waits = any(find(stems(ask.text), _AFTER) for ask in owned[1:])
    return owned[0].owner if waits else ""
