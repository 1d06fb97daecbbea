"""The one place where a recorded journal is written anew: its digests and its chain made to fit.

A transcript's journal differs from the recorded one in nothing but places of the machine. Before
they are rewritten the journal has to be sound, each request's digest included; what is written
afterwards is sound again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mlops_agent.contracts.journal import EVENT, AnyEvent, TurnDecided
from mlops_agent.contracts.model import Digests, Prompt
from mlops_agent.drivers.anthropic.conversation import Conversation
from mlops_agent.drivers.anthropic.models import resolve
from mlops_agent.drivers.anthropic.requests import ModelRequest
from mlops_agent.drivers.recorded_requests import only_prompt_of
from mlops_agent.drivers.recording import recorded_exchanges
from mlops_agent.drivers.volatile import texts_changed
from mlops_agent.errors import BadInputError
from mlops_agent.journal.chain import FIRST, encode, link

Change = Callable[[str], str]
"""How a text of the journal is rewritten."""


def check_requests(events: Sequence[AnyEvent]) -> None:
    """Raise BadInputError where a request's digest is not that of what the journal holds.

    A run that was resumed with another model is refused too.
    """
    asked = _digests(events)
    for event in events:
        if not isinstance(event, TurnDecided) or event.reply is None:
            continue
        if event.reply.request != asked[event.turn]:
            raise BadInputError(
                f"turn {event.turn}: the journal does not hold the request that was sent",
                "record the run again with this version",
            )


def rewritten(events: Sequence[AnyEvent], change: Change) -> list[AnyEvent]:
    """The events with each of their texts changed, and the digests of the requests that result."""
    changed = [EVENT.validate_python(texts_changed(event.model_dump(), change)) for event in events]
    asked = _digests(changed)
    return [_asking(event, asked) for event in changed]


def sealed(events: Sequence[AnyEvent]) -> bytes:
    """The journal file of these events, numbered and chained."""
    previous, lines = FIRST, list[bytes]()
    for number, event in enumerate(events, start=1):
        line = encode(event.model_copy(update={"seq": number, "previous": previous}))
        previous = link(line)
        lines.append(line + b"\n")
    return b"".join(lines)


def _asking(event: AnyEvent, asked: dict[int, Digests]) -> AnyEvent:
    if not isinstance(event, TurnDecided) or event.reply is None:
        return event
    reply = event.reply.model_copy(update={"request": asked[event.turn]})
    return event.model_copy(update={"reply": reply})


def _digests(events: Sequence[AnyEvent]) -> dict[int, Digests]:
    """The digests of each turn's request, built from the journal alone."""
    prompt = only_prompt_of(events)
    if prompt is None:
        return {}
    return _of_prompt(prompt, events)


def _of_prompt(prompt: Prompt, events: Sequence[AnyEvent]) -> dict[int, Digests]:
    card = resolve(str(prompt.parameters.get("model", "")), {}, {}).card
    conversation = Conversation(prompt.first, card.context)
    exchanges, digests = recorded_exchanges(events), dict[int, Digests]()
    for number in range(len(exchanges)):
        history = exchanges[:number]
        conversation.extend(history)
        request = ModelRequest.following(prompt, conversation, history, card)
        digests[number + 1] = request.digests()
    return digests
