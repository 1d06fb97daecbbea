"""The driver that keeps a recorded run's replies and asks nobody: requests and results are today's.

For texts that were changed on purpose; nothing is compared here. Whoever uses it says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from mlops_agent.contracts.journal import AnyEvent
from mlops_agent.drivers.base import Briefing, Exchange, Routes, Turn
from mlops_agent.drivers.recorded_requests import RecordedRequests, only_prompt_of
from mlops_agent.drivers.recording import recorded_exchanges, recorded_routes
from mlops_agent.drivers.replay import stopped


class RenewingDriver:
    """Decides what a journal's run decided, whatever is asked and answered today.

    Args:
        events: the recorded journal, verified.

    Raises BadInputError for a recording that more than one model decided.
    """

    name = "replay"

    def __init__(self, events: Sequence[AnyEvent]) -> None:
        self.routes: Routes = recorded_routes(events)
        self._recorded = recorded_exchanges(events)
        self._prompt = only_prompt_of(events)
        self._ended = events[-1]
        self._requests: RecordedRequests | None = None

    def begin(self, briefing: Briefing) -> None:
        """Make today's prompt, where a model decided the recorded run."""
        if self._prompt is not None:
            self._requests = RecordedRequests(self._prompt, self._recorded, briefing, {}, Counter())

    def decide(self, history: Sequence[Exchange]) -> Turn:
        """The recorded turn that comes next, with its reply put to today's request.

        Raises after the last turn as `ReplayDriver` does.
        """
        if len(history) >= len(self._recorded):
            raise stopped(self._ended, len(history))
        turn = self._recorded[len(history)].turn
        if self._requests is None or turn.reply is None:
            return turn
        asked = self._requests.following(history).digests()
        turn = replace(turn, reply=turn.reply.model_copy(update={"request": asked}))
        return turn if history else replace(turn, prompt=self._requests.prompt)

    def finish(self, history: Sequence[Exchange]) -> str:
        """Nothing is compared, so there is nothing to tell."""
        return ""
