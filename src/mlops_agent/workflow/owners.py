"""Who owns a control: the team or person that is named, else a role that is marked as assumed.

A name has to hold against the quality bar: nobody, a means ("by email"), a stage, a machine, a
measure or a word like "later" is none, and neither is who is said not to; the role stays with the
name missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from mlops_agent.contracts.gates import Evidence
from mlops_agent.vocabulary.plan import owner_words
from mlops_agent.workflow.ground import Ground
from mlops_agent.workflow.judging import holds
from mlops_agent.workflow.knowing import passages_of
from mlops_agent.workflow.statements import stated

_CODEOWNER = re.compile(r"@[\w-]+(?:/[\w-]+)?")
_LEADING = re.compile(r"^(?:the|our|an?)\s+", re.IGNORECASE)
_ASIDE = re.compile(r"\s*\([^()]*\)")
_BREAK = re.compile(r"(?<![ .(]dr\.)(?<!prof\.)(?<![ (]m[rs]\.)(?<=[.!?])\s+|\n|;", re.IGNORECASE)
_CLAUSE = re.compile(r",\s+(?=[^,;]*$)|,\s+(?:and|but)\s+")
_ALL = re.compile(r"\s+(?:both|all|alone|together|also|always|only)$", re.IGNORECASE)
_PARTIES = re.compile(r"\s*,\s*(?:(?:and|or)\s+)?|\s+(?:and|or|plus|&)\s+", re.IGNORECASE)
_CONTRAST = re.compile(r"[,;:.!?]\s|\b(?:and|but)\s", re.IGNORECASE)
_NOT = re.compile(
    r"\b(?:no|not|never|neither|nor|nobody|nothing|none|without|cannot|nicht|kein\w*|ohne)\b"
    r"|n['\u2019]t\b",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"\b(?:before|until|till|unless|except)\b", re.IGNORECASE)
_MOST_BEFORE = 200
"""So many characters before a name may deny it; a sentence may have no end."""
_UNDONE = re.compile(
    r"^[^,;:.]{0,80}?(?:(?:\bnot|\bnever|n['\u2019]t|\bno longer) (?:\w+ )?(?:needed|required|"
    r"necessary|mandatory|allowed|possible|permitted)|\b(?:blocked|forbidden|rejected|refused|prohibited|"
    r"impossible|optional))\b",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\s(?:and|plus|&)\s|,")
_SLOT = {
    "approver": "approver",
    "decision owner": "decision-owner",
    "person on duty": "on-call",
}
"""The slot that names the one in a role; for all others it is the model's owner."""
_PEER = "a reviewer of {owner} who did not train it"
ASSUMED = "assumed"


def named(ground: Ground, slot: str) -> str:
    """The team or person that answers a slot, or "" where none can be read from it."""
    place = ground.slot(slot)
    if place is None:
        return ""
    handle = _CODEOWNER.search(place.text)
    if place.path and handle:
        return handle[0]
    texts = list(_around(ground, place))
    told = (name for text in reversed(texts) for name in _told(text, slot))
    name = next(told, "") or next((name for text in texts for name in _names(text)), "")
    return name or ("" if place.path else _elsewhere(ground, slot))


def owner_of(ground: Ground, role: str) -> str:
    """Who has a role. A role without a name stays, and says that the name is missing."""
    person = named(ground, _SLOT[role]) if role in _SLOT else ""
    team = named(ground, "owner")
    if person:
        return person
    if team:
        return _PEER.format(owner=team) if role == "approver" else f"{team} ({role})"
    return f"{role} ({ASSUMED})"


def approvals(ground: Ground) -> int:
    """How many have to agree to a version: as many as are counted or named together, at least 1."""
    place = ground.slot("approver")
    if place is None:
        return 1
    words = owner_words()
    for text in _around(ground, place):
        for pattern in words.approvals:
            match = re.search(pattern, text, re.IGNORECASE)
            if match and not _denied(text, match, "n"):
                said = match["n"].lower()
                eyes = "eyes" in text[match.end() : match.end() + 5].lower()
                return (
                    int(said)
                    if said.isdecimal()
                    else (words.eyes if eyes else words.numerals)[said]
                )
    return 2 if _BOTH.search(named(ground, "approver")) else 1


def _around(ground: Ground, place: Evidence) -> Iterator[str]:
    """The words of a place, then the sentence that they stand in: "two approvals: Ann and Ben"."""
    yield place.text
    whole = ground.told.get(place.answer or "", "") if place.source != "repository" else ""
    if place.start is not None and place.end is not None and whole:
        ends = [0, *(one.end() for one in _BREAK.finditer(whole)), len(whole)]
        start = max(one for one in ends if one <= place.start)
        yield whole[start : min((one for one in ends if one >= place.end), default=len(whole))]


def _elsewhere(ground: Ground, slot: str) -> str:
    """Who another sentence names in a role, where the place that answers it names nobody."""
    for key, said in ground.told.items():
        masked, _ = stated(said, () if key else passages_of(said))
        for sentence in _BREAK.split(masked):
            if name := next(_told(sentence, slot), ""):
                return name
    return ""


def _names(text: str) -> Iterator[str]:
    """Who is named in a sentence, the surest reading first."""
    yield from _matched(" ".join(_ASIDE.sub("", text).split()), _patterns())


def _told(text: str, slot: str) -> Iterator[str]:
    """Who is named in a role by words that say no more than that; each clause may begin anew."""
    said = " ".join(_ASIDE.sub("", text).split())
    for part in (said, *_CLAUSE.split(said)):
        yield from _matched(part, _role_patterns(slot))


def _matched(said: str, patterns: Iterable[re.Pattern[str]]) -> Iterator[str]:
    words = owner_words()
    for pattern in patterns:
        for match in pattern.finditer(said):
            name = _ALL.sub("", _LEADING.sub("", match["name"].strip(" .,;:'")))
            if re.fullmatch(words.nobody, name, re.IGNORECASE) or _denied(said, match, "name"):
                continue
            parties = [_LEADING.sub("", one) for one in _PARTIES.split(name)]
            if any(re.search(words.never, one, re.IGNORECASE) for one in (name, *parties)):
                continue
            if holds("owner", name, told=True):
                yield name


def _denied(said: str, match: re.Match[str], group: str) -> bool:
    """Whether a clause says it is not so; "nothing without" and "not before" say that it is."""
    start = match.start(group)
    before = _CONTRAST.split(said[max(0, start - _MOST_BEFORE) : start])[-1]
    denials = len(_NOT.findall(before))
    denials += denials > 0 and _UNTIL.search(before) is not None
    return (denials + (_UNDONE.match(said[match.end(group) :]) is not None)) % 2 == 1


@cache
def _role_patterns(slot: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(one, re.IGNORECASE) for one in owner_words().told.get(slot, ()))


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(one, re.IGNORECASE) for one in owner_words().named)
