"""The driver that asks a language model what comes next.

A function of the history, like every driver: the messages, the token limit and the end after a
refusal all follow from the replies in it, so that a run can be taken up from its journal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mlops_agent.contracts.model import Prompt
from mlops_agent.drivers.anthropic.conversation import Conversation
from mlops_agent.drivers.anthropic.endpoint import Endpoint
from mlops_agent.drivers.anthropic.models import Model
from mlops_agent.drivers.anthropic.prompting import parameters, prompt_for
from mlops_agent.drivers.anthropic.replies import turn_of
from mlops_agent.drivers.anthropic.requests import ModelRequest
from mlops_agent.drivers.anthropic.stops import next_step
from mlops_agent.drivers.base import Briefing, Exchange, Routes, Turn
from mlops_agent.errors import DeclinedError, LimitReachedError


class AnthropicDriver:
    """Asks one model of one endpoint, turn by turn.

    Args:
        model: which one, and what is known of it.
        endpoint: where requests go.
    """

    name = "anthropic"
    routes: Routes = "uncertain"

    def __init__(self, model: Model, endpoint: Endpoint | None = None) -> None:
        self._model = model
        self._endpoint = endpoint or Endpoint()
        self._prompt: Prompt | None = None
        self._fresh = False
        self._conversation: Conversation | None = None

    def begin(self, briefing: Briefing) -> None:
        """Make the prompt, or go on with the one that the run began with.

        Where another model takes over, texts and tools stay and the parameters are its own.

        Raises BadInputError for a repository whose settings are wrong.
        """
        prompt = briefing.prompt or prompt_for(briefing, self._model)
        if prompt.parameters.get("model") != self._model.name:
            prompt = prompt.model_copy(update={"parameters": parameters(self._model)})
        self._prompt = prompt
        self._fresh = prompt is not briefing.prompt
        self._conversation = Conversation(self._prompt.first, self._model.card.context)

    def decide(self, history: Sequence[Exchange]) -> Turn:
        """Ask the model for the next turn.

        Raises EndpointError where the endpoint fails, DeclinedError after a refusal,
        LimitReachedError when the context window is full.
        """
        if history:
            _check_goes_on(history[-1])
        request = self._request(history)
        self._check_fits(request, history)
        reply = self._endpoint.send(request.body(), self._model.card, request.digests())
        turn = turn_of(reply, len(history) + 1, request.parameters["max_tokens"])
        if self._fresh:
            self._fresh = False
            return replace(turn, prompt=self._prompt)
        return turn

    def finish(self, history: Sequence[Exchange]) -> str:
        """A model has had its say in its report."""
        return ""

    def _request(self, history: Sequence[Exchange]) -> ModelRequest:
        assert self._prompt is not None
        assert self._conversation is not None
        self._conversation.extend(history)
        return ModelRequest.following(self._prompt, self._conversation, history, self._model.card)

    def _check_fits(self, request: ModelRequest, history: Sequence[Exchange]) -> None:
        """Have the endpoint count a request that may not fit, before it is paid for in vain."""
        window = self._model.card.context
        if window is None or request.tokens_at_most(history) <= window:
            return
        counted = self._endpoint.count(request.body())
        if counted is not None and counted > window:
            raise LimitReachedError("the next request would not fit the model's context window")


def _check_goes_on(last: Exchange) -> None:
    reply = last.turn.reply
    if reply is None:
        return
    step = next_step(reply.stop_reason)
    if step == "refused":
        category = f" ({reply.stop_detail})" if reply.stop_detail else ""
        raise DeclinedError(f"the model refused to go on{category}", "ask in other words")
    if step == "full":
        raise LimitReachedError("the model's context window is full")
