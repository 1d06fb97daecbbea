"""The offline driver: walks its script along a history and says what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mlops_agent.contracts.request import Request
from mlops_agent.contracts.routing import Routing
from mlops_agent.drivers.base import Briefing, Exchange, Routes, Turn
from mlops_agent.drivers.offline.script import script
from mlops_agent.drivers.offline.steps import Script
from mlops_agent.errors import BadInputError, MlopsAgentError
from mlops_agent.risks.rule import Rule


class OfflineDriver:
    """Rules instead of a model: needs no key and no network, and gives the same answer each time.

    Args:
        request: what is asked.
        rules: the catalogue, by rule id.
    """

    name = "offline"
    routes: Routes = "nothing"

    def __init__(self, request: Request, rules: Mapping[str, Rule]) -> None:
        self._request = request
        self._rules = rules
        self._routing: Routing | None = None
        self._walk: Script[None] | None = None
        self._next: Turn | None = None
        self._walked = 0

    def begin(self, briefing: Briefing) -> None:
        """Hear what of the request is ours; the script asks for the rest by its own calls."""
        self._routing = briefing.routing

    def decide(self, history: Sequence[Exchange]) -> Turn:
        """The script's next turn after this history.

        Raises BadInputError when the history is not one that this version's script makes.
        """
        if self._walk is None or self._next is None or len(history) < self._walked:
            self._walk, self._walked = self._script(), 0
            self._next = next(self._walk)
        for exchange in history[self._walked :]:
            if exchange.turn != self._next:
                raise BadInputError(
                    "the run was begun by another version of the offline driver",
                    "start it again",
                )
            self._walked += 1
            self._next = self._advance(self._walk, exchange)
        return self._next

    def finish(self, history: Sequence[Exchange]) -> str:
        """Nothing is left to do or to say."""
        return ""

    def _script(self) -> Script[None]:
        return script(self._request, self._rules, self._routing)

    def _advance(self, walk: Script[None], exchange: Exchange) -> Turn:
        try:
            return walk.send(exchange.results)
        except StopIteration:
            raise MlopsAgentError("the offline driver had nothing more to do") from None
