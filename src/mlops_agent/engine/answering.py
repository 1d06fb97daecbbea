"""Answers held against the questions of their run, before anything of it is done.

Where the questions are known, an answer to none of them is a mistake in its id, and silence would
lose it. What a driver may yet ask is not known, so nothing is refused there.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, cast

from mlops_agent.boundary.routing import route_text
from mlops_agent.contracts.journal import AnyEvent, Routed, TurnDecided
from mlops_agent.contracts.request import Request
from mlops_agent.drivers.base import Routes
from mlops_agent.engine.routing import ending_of
from mlops_agent.errors import BadInputError
from mlops_agent.handoffs.answers import route_answered
from mlops_agent.vocabulary.siblings import standard_roster


def check_first_answers(request: Request, driver: str, routes: Routes) -> None:
    """Raise BadInputError for an answer of a new run's request to what it does not ask.

    `driver` and `routes` are the driver's: its own questions are known for the offline one.
    """
    if not request.answers or routes != "nothing" or driver == "replay":
        return
    answered = route_answered(request, standard_roster())
    own = _own_of(driver) if ending_of(answered) is None else frozenset[str]()
    if own is None:
        return
    asked = [one.id for one in (*route_text(request.text).questions, *answered.questions)]
    _check(request.answers, [*asked, *own])


def check_more_answers(
    events: Sequence[AnyEvent], before: Collection[str], answers: Mapping[str, str]
) -> None:
    """Raise BadInputError for an answer to what a run has not asked, where it did ask something.

    `before` are the ids of the answers that the run had already.
    """
    asked = list(_asked(events))
    if asked:
        _check(answers, [*asked, *before])


def _asked(events: Sequence[AnyEvent]) -> Iterable[str]:
    for event in events:
        if isinstance(event, Routed):
            yield from (one.id for one in event.routing.questions)
        elif isinstance(event, TurnDecided):
            for call in event.calls:
                if call.tool == "Ask":
                    yield from _ids(call.input)


def _ids(given: Mapping[str, Any]) -> Iterable[str]:
    """The ids of a call's questions, which a model may have put badly."""
    questions: object = given.get("questions")
    for one in cast("list[object]", questions) if isinstance(questions, list) else []:
        if isinstance(one, dict):
            yield str(cast("dict[str, object]", one).get("id", ""))


def _own_of(driver: str) -> frozenset[str] | None:
    """The questions that a driver asks of its own; None where they can't be told beforehand."""
    from mlops_agent.drivers.offline.asking import WHICH

    return frozenset({WHICH}) if driver == "offline" else None


def _check(answers: Mapping[str, str], known: Sequence[str]) -> None:
    for name in answers:
        if name in known:
            continue
        ids = list(dict.fromkeys(known))
        near = difflib.get_close_matches(name, ids, n=1, cutoff=0.6)
        hint = f"did you mean {near[0]}?" if near else f"its questions: {', '.join(ids)}"
        raise BadInputError(
            f"the run has no question {name!r}",
            hint if ids else "it asks nothing: leave the answers out",
        )
