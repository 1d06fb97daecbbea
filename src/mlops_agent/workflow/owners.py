"""Who owns a control: the team or person that is named, else a role that is marked as assumed."""

from __future__ import annotations

import re

from mlops_agent.workflow.ground import Ground

_NAME = r"(?P<name>[\w&/@.-]+(?: [\w&/@.-]+){0,3})"
_NAMED = (
    re.compile(
        r"\b(?:by|with|to|is|are|:|=)\s+(?:the |our |a |an )?" + _NAME + r"\W*$", re.IGNORECASE
    ),
    re.compile(
        r"^\W*(?:the |our )?(?P<name>[\w&/@.-]+(?: [\w&/@.-]+){0,2}?)\s+"
        r"(?:owns?|approves?|decides?|maintains?|operates?|signs?|is|are|must|has|runs?|looks?)\b",
        re.IGNORECASE,
    ),
    re.compile(r"^\W*(?:owner|team|approver|on[- ]call)\s*[:=]\s*" + _NAME, re.IGNORECASE),
    re.compile(r"^\W*(?:the |our )?" + _NAME + r"\W*$", re.IGNORECASE),
)
_NOBODY = re.compile(
    r"^(?:we|it|i|they|nobody|no one|no|none|owner|owned|unclear|yes|model|unknown|tbd)$"
    r"|\b(?:nobody|no one|unclear|unknown|tbd)\b",
    re.IGNORECASE,
)
_CODEOWNER = re.compile(r"@[\w-]+(?:/[\w-]+)?")
_SLOT = {
    "approver": "approver",
    "decision owner": "decision-owner",
    "person on duty": "on-call",
}
"""The slot that names the one in a role; for all others it is the model's owner."""
_PEER = "a reviewer of {owner} who did not train it"


def named(ground: Ground, slot: str) -> str:
    """The team or person that answers a slot, or "" where none can be read from it."""
    place = ground.slot(slot)
    if place is None:
        return ""
    text = " ".join(place.text.split())
    handle = _CODEOWNER.search(text)
    if place.path and handle:
        return handle[0]
    for pattern in _NAMED:
        match = pattern.search(text)
        if match and not _NOBODY.search(match["name"]):
            return match["name"].strip(" .,;:")
    return ""


def owner_of(ground: Ground, role: str) -> str:
    """Who has a role. A role without a name stays, and says that the name is missing."""
    person = named(ground, _SLOT[role]) if role in _SLOT else ""
    team = named(ground, "owner")
    if person:
        return person
    if team:
        return _PEER.format(owner=team) if role == "approver" else f"{team} ({role})"
    return f"{role} (assumed: name the team)"
