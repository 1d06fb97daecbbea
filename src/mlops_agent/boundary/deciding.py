"""What is done with a request as a whole, once its asks have owners.

Owns the five decisions. Whose an ask is was settled before.
"""

from __future__ import annotations

from collections.abc import Sequence

from mlops_agent.boundary.owning import NOBODY, Owned
from mlops_agent.boundary.reading import Reading
from mlops_agent.contracts.handoff import OURS
from mlops_agent.contracts.request import Question
from mlops_agent.contracts.routing import Ask, AskDecision, Decision, Routing
from mlops_agent.vocabulary.siblings import Sibling

DEVOPS = "devops-platform-engineer"
INSTEAD = "systems-engineer"


def decide(reading: Reading, owned: Sequence[Owned], roster: Sequence[Sibling]) -> Routing:
    """The decision on a request whose asks have owners, for a roster of skills beside ours."""
    asks = [_ask(one, {sibling.name for sibling in roster}) for one in owned]
    targets = list(dict.fromkeys(ask.owner for ask in asks if ask.owner))
    return Routing(
        decision=_decision(asks, targets),
        targets=targets,
        asks=asks,
        questions=[] if targets or any(ask.decision == "decline" for ask in asks) else [_which()],
        language=reading.language,
    )


def _ask(one: Owned, roster: set[str]) -> Ask:
    owner = one.owner
    if owner == DEVOPS and DEVOPS not in roster:
        owner = INSTEAD
    decision: AskDecision = "handoff"
    if owner == OURS:
        decision = "accept"
    elif owner == NOBODY:
        decision, owner = "decline", ""
    elif not owner:
        decision = "clarify"
    return Ask(
        text=one.cut.text,
        start=one.cut.start,
        end=one.cut.end,
        verb=one.cut.verb,
        object=one.cut.object,
        owner=owner,
        decision=decision,
        confidence=one.confidence,
        why=one.why,
        alternatives=list(one.alternatives),
    )


def _decision(asks: Sequence[Ask], targets: Sequence[str]) -> Decision:
    if len(targets) > 1:
        return "split"
    if targets:
        return "accept" if targets == [OURS] else "handoff"
    return "decline" if any(ask.decision == "decline" for ask in asks) else "clarify"


def _which() -> Question:
    return Question(
        id="object",
        question="What exactly is it about: a model, a service, a table, a prompt?",
        why="The owner follows from the object.",
        options=["a model", "a service", "a table", "a prompt"],
    )
