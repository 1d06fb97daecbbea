"""The requests of a recorded run built anew and held against the digests of those that were sent.

Built from what happens now: the prompt from this version's texts and this repository, the messages
from the live history. Never sends one, and never imports the client that could.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from mlops_agent.contracts.journal import AnyEvent, Prompted
from mlops_agent.contracts.model import Digests, ModelCard, Prompt, Reply
from mlops_agent.drivers.anthropic.conversation import Conversation
from mlops_agent.drivers.anthropic.models import resolve
from mlops_agent.drivers.anthropic.prompting import prompt_for
from mlops_agent.drivers.anthropic.replies import turn_of
from mlops_agent.drivers.anthropic.requests import ModelRequest
from mlops_agent.drivers.base import Briefing, Exchange, Turn
from mlops_agent.drivers.differences import DivergenceError, told
from mlops_agent.drivers.volatile import blanked, plain
from mlops_agent.errors import BadInputError

PARTS = tuple(Digests.model_fields)
"""The parts of a request in the order in which they are compared."""
UNTRUE = (
    "the journal's own record of {what} does not give the digest it has for them: it was changed "
    "after it was written, or is of a version that blanks out other fields"
)


def prompt_of(events: Sequence[AnyEvent]) -> Prompt | None:
    """The prompt that a run began with, or None where no model decided."""
    return next((event.prompt for event in events if isinstance(event, Prompted)), None)


def only_prompt_of(events: Sequence[AnyEvent]) -> Prompt | None:
    """As `prompt_of`, for a run whose requests are built anew.

    Raises BadInputError where the run was resumed with another model: it has a prompt for each.
    """
    prompts = [event.prompt for event in events if isinstance(event, Prompted)]
    if len(prompts) > 1:
        models = ", then ".join(str(one.parameters.get("model", "")) for one in prompts)
        raise BadInputError(
            f"the recorded run was resumed with another model ({models})",
            "such a run can be read and checked, not played back",
        )
    return prompts[0] if prompts else None


class RecordedRequests:
    """Checks each request of a run that a model decided before its recorded reply is used.

    Args:
        recorded: the prompt of the recorded run.
        exchanges: its turns and results.
        briefing: what there is to know of this run.
        cards: what the operator knows of models.
        normalised: adds up what was blanked out, by kind.
    """

    def __init__(
        self,
        recorded: Prompt,
        exchanges: Sequence[Exchange],
        briefing: Briefing,
        cards: Mapping[str, ModelCard],
        normalised: Counter[str],
    ) -> None:
        model = resolve(str(recorded.parameters.get("model", "")), {}, cards)
        self.prompt = prompt_for(briefing, model)
        self._recorded = recorded
        self._exchanges = exchanges
        self._card = model.card
        self._conversation = Conversation(self.prompt.first, model.card.context)
        self._told = 0
        blanked(self.prompt.first, normalised)

    def following(self, history: Sequence[Exchange]) -> ModelRequest:
        """The request that would be sent now; histories grow from call to call."""
        self._conversation.extend(history)
        return ModelRequest.following(self.prompt, self._conversation, history, self._card)

    def check(self, history: Sequence[Exchange], turn: Turn) -> None:
        """Compare the request that would be sent now with the one that the turn's reply answers.

        Raises DivergenceError naming the turn and the first part that differs.
        """
        if turn.reply is None:
            return
        now = self.following(history)
        number, digests = len(history) + 1, now.digests()
        for part in PARTS:
            if getattr(digests, part) != getattr(turn.reply.request, part):
                raise DivergenceError(f"turn {number}: {self._difference(number, part, now)}")
        self._check_turn(number, turn, turn.reply, now.parameters["max_tokens"])
        self._told = len(now.messages)

    def _difference(self, number: int, part: str, now: ModelRequest) -> str:
        then = self._sent(number)
        if part == "messages":
            difference = told("message", plain(then.messages), plain(now.messages))
            untold = f"messages {self._told + 1} to {len(now.messages)}"
        else:
            difference = told(part, _part(then, part), _part(now, part))
            untold = f"its {part}"
        why = difference or UNTRUE.format(what=untold)
        return f"the request is another one in its {part}: {why}"

    def _sent(self, number: int) -> ModelRequest:
        """The request of a turn as it was sent, built from the journal alone."""
        history = self._exchanges[: number - 1]
        conversation = Conversation(self._recorded.first, self._card.context)
        conversation.extend(history)
        return ModelRequest.following(self._recorded, conversation, history, self._card)

    def _check_turn(self, number: int, turn: Turn, reply: Reply, most_tokens: int) -> None:
        """What a reply is taken to mean has to be what it was taken to mean."""
        now = turn_of(reply, number, most_tokens)
        difference = told("text", turn.text, now.text) or told(
            "call",
            [one.model_dump() for one in turn.calls],
            [one.model_dump() for one in now.calls],
        )
        if difference:
            raise DivergenceError(f"turn {number}: the reply is read otherwise: {difference}")


def _part(request: ModelRequest, part: str) -> object:
    parts: dict[str, object] = {
        "system": request.prompt.system,
        "tools": request.prompt.tools,
        "parameters": request.parameters,
    }
    return parts[part]
