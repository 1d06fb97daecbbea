"""Which owner's work goes first where several have some.

Owns the signs of that: the caller's own "first", what mitigates before what prevents, and "then".
A rollback that is planned, rehearsed or automated mitigates nothing yet, so only what is to be
done now counts, by the verb of its ask.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from mlops_agent.boundary.phrases import find, index_over
from mlops_agent.boundary.stemming import stems

if TYPE_CHECKING:
    from mlops_agent.boundary.decided import Ask
    from mlops_agent.contracts.routing import Ask as Checked

_SAID = index_over(
    ("first", 1.0, one)
    for one in (
        "first of all", "before anything else", "before all else",
        "right away", "right now", "immediately", "at once", "asap", "is urgent", "most urgent",
        "zuerst", "sofort", "d'abord", "tout de suite", "primero", "primeiro", "per prima cosa",
    )
)  # fmt: skip
_MITIGATES = index_over(
    ("mitigates", 1.0, one)
    for one in (
        "roll back", "roll ~ back", "revert", "return ~ to", "go back", "goes back", "go ~ back",
        "take ~ back", "put ~ back", "bring ~ back", "get ~ back", "back in production",
        "back in front", "back live", "restore traffic", "traffic restored", "switch back",
        "fall back", "stop the", "pause the", "disable the", "halt the", "unblock", "unblocked",
        "stop the bleed", "revoke it", "revoke ~ key", "revoke ~ token", "revoke ~ access",
        "revoked and rotated", "revoke and rotate", "revoke rotate", "rotate ~ key",
        "rotate ~ credentials", "kill ~ key", "kill ~ token", "lock ~ down", "access ~ away",
        "take away", "lock out", "incident command", "incident commander", "command the incident",
        "run the incident", "run ~ incident", "repoint", "zuruckrollen", "zurucksetzen",
        "restaurer", "revenir", "revertir", "reverter", "ripristinare",
    )
)  # fmt: skip
_NOT_YET = index_over(
    ("later", 1.0, one)
    for one in (
        "plan", "plans", "path", "procedure", "criteria", "rehearse", "rehearsal", "automate",
        "automated", "prepare", "design", "document", "way", "how", "trigger", "automatic",
        "runbook", "policy", "scheme", "structure", "drill", "shall",
    )
)  # fmt: skip
_AFTER = index_over(
    ("after", 1.0, one)
    for one in (
        "after that", "afterwards", "then", "only then", "once ~ done", "once that", "once we",
        "once thats", "once calm", "when calm", "when ~ calm", "after we", "longer term",
        "long term", "danach", "ensuite", "despues", "depois", "poi", "on the repaired",
        "on the corrected", "when ~ done", "as soon as", "depends on",
    )
)  # fmt: skip
_FIRST = re.compile(
    r"(?:^|[.,;:(]\s*)first\b(?!-)|\bfirst(?: thing)?\s*(?:[.,;:)]|$)", re.IGNORECASE
)
"""At the edge of a clause: "the first quarter" orders nothing."""
_SENTENCE = re.compile(r"[.!?;:\n]+(?=\s|$)|\n")


def first_of(asks: Sequence[Ask | Checked], targets: Sequence[str], text: str = "") -> str:
    """The target that goes first; empty where there is one only, or nothing tells.

    Args:
        asks: with their owners.
        targets: the owners, each once.
        text: the request, for the words around its asks.
    """
    owned = [ask for ask in asks if ask.owner]
    if len(targets) == 1 or not owned:
        return ""
    around = _around(owned, text)
    for shows in (_says_first, _mitigates):
        owners = {ask.owner for ask, said in zip(owned, around, strict=True) if shows(said)}
        if len(owners) == 1:
            return owners.pop()
    waits = any(find(stems(said), _AFTER) for said in around[1:])
    return owned[0].owner if waits else ""


def _says_first(said: str) -> bool:
    return bool(_FIRST.search(said) or find(stems(said), _SAID))


def _mitigates(said: str) -> bool:
    words = stems(said)
    return bool(find(words, _MITIGATES)) and not find(words, _NOT_YET)


def _around(owned: Sequence[Ask | Checked], text: str) -> list[str]:
    """Each ask with the rest of its sentence, as far as no other ask has it."""
    bounds = [0, *(two.start for _, two in pairwise(owned)), len(text)]
    ends = [0, *(ask.end for ask in owned)]
    return [
        _sentence(ask, text, ends[at], bounds[at + 1]).strip() if text else ask.text
        for at, ask in enumerate(owned)
    ]


def _sentence(ask: Ask | Checked, text: str, earliest: int, latest: int) -> str:
    before = text[min(earliest, ask.start) : ask.start]
    begun = max((one.end() for one in _SENTENCE.finditer(before)), default=0)
    end = max(ask.end, latest)
    stop = _SENTENCE.search(text, ask.end, end)
    return before[begun:] + text[ask.start : stop.start() if stop else end]
