"""What is done with a request as a whole, once its asks have owners.

Owns the five decisions and what goes with them: questions, refused shortcuts, the order, notes.
Whose an ask is was settled before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from mlops_agent.boundary.asking import questions
from mlops_agent.boundary.decided import Ask, Decided
from mlops_agent.boundary.ordering import first_of
from mlops_agent.boundary.owning import NOBODY, Owned
from mlops_agent.boundary.reading import Reading
from mlops_agent.boundary.refusing import harm, shortcuts
from mlops_agent.contracts.skill import OURS
from mlops_agent.vocabulary.siblings import Sibling

if TYPE_CHECKING:
    from mlops_agent.contracts.routing import Ask as Checked
    from mlops_agent.contracts.routing import AskDecision, Decision

DEVOPS = "devops-platform-engineer"
INSTEAD = "systems-engineer"
FOREIGN = "The request is not in English: whose it is could be told less surely."
NO_LANGUAGE = "The language of the request could not be told: whose it is, less surely."
NOT_FOLLOWED = "Text that was pasted gives orders; they were taken as data and not followed."


def decide(reading: Reading, owned: Sequence[Owned], roster: Sequence[Sibling]) -> Decided:
    """The decision on a request whose asks have owners, for a roster of skills beside ours."""
    asked = "\n".join(f"{cut.text} {cut.purpose}" for cut in reading.cuts)
    harmful = harm(own_words(reading), asked)
    known = {sibling.name for sibling in roster}
    asks = [_declined(one, harmful) if harmful else _ask(one, known) for one in owned]
    kept = concluded(asks, reading.text)
    ours = [cut for cut, ask in zip(reading.cuts, asks, strict=True) if ask.owner == OURS]
    unclear = kept.decision == "clarify"
    return Decided(
        *(kept.decision, kept.targets, tuple(asks), kept.first),
        questions=tuple(questions(reading.text, asks_nothing=not asks)) if unclear else (),
        refused=tuple(shortcuts(ours, own_words(reading))),
        language=reading.language,
        notes=(*_notes(reading), *_lacking(kept.targets, known)),
    )


def own_words(reading: Reading) -> str:
    """The request without what is pasted in it."""
    parts: list[str] = []
    since = 0
    for passage in sorted(reading.passages, key=lambda one: one.start):
        parts.append(reading.text[since : passage.start])
        since = max(since, passage.end)
    return "\n".join([*parts, reading.text[since:]])


class Conclusion(NamedTuple):
    """What follows from the asks of a request: see `Decided`."""

    decision: Decision
    targets: tuple[str, ...]
    first: str


def concluded(asks: Sequence[Ask | Checked], text: str = "") -> Conclusion:
    """The decision, the targets and the order that follow from asks.

    With the request's text its words between the asks tell of the order too.
    """
    targets = tuple(dict.fromkeys(ask.owner for ask in asks if ask.owner))
    return Conclusion(_decision(asks, targets), targets, first_of(asks, targets, text))


def _decision(asks: Sequence[Ask | Checked], targets: Sequence[str]) -> Decision:
    if len(targets) > 1:
        return "split"
    if targets:
        return "accept" if targets[0] == OURS else "handoff"
    return "decline" if any(ask.decision == "decline" for ask in asks) else "clarify"


def decision_on(owner: str) -> AskDecision:
    """What is done with an ask of an owner; of none it is to be clarified."""
    if owner == OURS:
        return "accept"
    return "handoff" if owner else "clarify"


def _ask(one: Owned, roster: set[str]) -> Ask:
    owner = INSTEAD if one.owner == DEVOPS and DEVOPS not in roster else one.owner
    if owner == NOBODY:
        return _made(one, "", "decline", one.why)
    return _made(one, owner, decision_on(owner), one.why)


def _declined(one: Owned, why: str) -> Ask:
    return _made(one, "", "decline", why)


def _made(one: Owned, owner: str, decision: AskDecision, why: str) -> Ask:
    return Ask(
        text=one.cut.text,
        start=one.cut.start,
        end=one.cut.end,
        verb=one.cut.verb,
        object=one.cut.object,
        owner=owner,
        decision=decision,
        confidence=one.confidence,
        why=why,
        alternatives=() if decision == "decline" else one.alternatives,
    )


def _notes(reading: Reading) -> list[str]:
    notes: list[str] = []
    # Of a link alone nothing is told in any language.
    if reading.language != "en" and (reading.language or reading.cuts):
        notes.append(FOREIGN if reading.language else NO_LANGUAGE)
    if reading.orders_in_data:
        notes.append(NOT_FOLLOWED)
    return notes


def _lacking(targets: Sequence[str], roster: set[str]) -> list[str]:
    return [
        f"{name} is not on the roster: the work is its territory, and somebody has to be found."
        for name in targets
        if name != OURS and name not in roster
    ]
