"""The driver that plays a recorded run back: the same turns, the tools run anew, results compared.

Strict: each result has to be the recorded one, and where a model decided each request that would
be sent now has to be the recorded one, but for the fields that `IGNORED` and `volatile.PATTERNS`
list, whose uses are counted. The first difference ends the replay. No endpoint is ever asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from mlops_agent.contracts.journal import (
    AnyEvent,
    CallStarted,
    Resumed,
    RunEnded,
    RunStarted,
    ToolResult,
)
from mlops_agent.contracts.model import ModelCard
from mlops_agent.drivers.base import Briefing, Exchange, Routes, Turn
from mlops_agent.drivers.differences import DivergenceError, differences
from mlops_agent.drivers.recorded_requests import RecordedRequests, only_prompt_of
from mlops_agent.drivers.recording import recorded_exchanges, recorded_routes
from mlops_agent.drivers.volatile import blanked, plain
from mlops_agent.errors import BadInputError, DeclinedError, LimitReachedError, MlopsAgentError

IGNORED = ("seconds", "output_sha256", "effect")
"""Fields of a result that differ from run to run, or with the vocabulary of programs."""


class ReplayDriver:
    """Plays the turns of a journal.

    Args:
        events: the recorded journal, verified.
        cards: what the operator knows of models beside what is shipped.

    `normalised` counts what was blanked out before comparing, by kind.

    Raises BadInputError for a recording that can't be played strictly.
    """

    name = "replay"

    def __init__(
        self, events: Sequence[AnyEvent], cards: Mapping[str, ModelCard] | None = None
    ) -> None:
        first = events[0] if events else None
        if not isinstance(first, RunStarted):
            raise BadInputError("the journal to replay does not begin with the start of a run")
        _check_playable(events)
        self.started = first
        self._ended = events[-1]
        self.routes: Routes = recorded_routes(events)
        self._recorded = recorded_exchanges(events)
        self._prompt = only_prompt_of(events)
        self._cards = cards or {}
        self._requests: RecordedRequests | None = None
        self._compared = 0
        self.normalised: Counter[str] = Counter()

    def begin(self, briefing: Briefing) -> None:
        """Make the prompt of this run, where a model decided the recorded one.

        Raises BadInputError for a repository whose settings are wrong.
        """
        if self._prompt is not None:
            self._requests = RecordedRequests(
                self._prompt, self._recorded, briefing, self._cards, self.normalised
            )

    def decide(self, history: Sequence[Exchange]) -> Turn:
        """The recorded turn that comes next.

        Raises DivergenceError when what happened is not what was recorded, and LimitReachedError or
        DeclinedError where the recorded run was ended by a limit, its endpoint or a refusal.
        """
        self._compare_all(history)
        if len(history) >= len(self._recorded):
            raise stopped(self._ended, len(history))
        turn = self._recorded[len(history)].turn
        if self._requests is None:
            return turn
        self._requests.check(history, turn)
        return turn if history else replace(turn, prompt=self._requests.prompt)

    def finish(self, history: Sequence[Exchange]) -> str:
        """Compare what is left once the run has ended; raises DivergenceError as `decide`.

        Returns how many turns were compared, and what was blanked out how often.
        """
        self._compare_all(history)
        if len(history) < len(self._recorded):
            raise DivergenceError(
                f"the replayed run ended after turn {len(history)}, the recorded one went on"
            )
        return f"replayed {len(history)} turns as recorded; blanked out: {self.blanked_out()}"

    def blanked_out(self) -> str:
        """What was blanked out so far, by kind with its number."""
        kinds = (f"{kind} {count}" for kind, count in sorted(self.normalised.items()) if count)
        return ", ".join(kinds) or "nothing"

    def _compare_all(self, history: Sequence[Exchange]) -> None:
        for number in range(self._compared, len(history)):
            self._compare(number + 1, self._recorded[number], history[number])
            self._compared += 1

    def _compare(self, turn: int, recorded: Exchange, happened: Exchange) -> None:
        if len(recorded.results) != len(happened.results):
            raise DivergenceError(
                f"turn {turn}: {len(happened.results)} results, recorded {len(recorded.results)}"
            )
        for one, other in zip(recorded.results, happened.results, strict=True):
            found = self._differences(one, other)
            if found:
                raise DivergenceError(
                    f"turn {turn}, call {one.call} ({one.tool}) differs: " + "; ".join(found)
                )

    def _differences(self, recorded: ToolResult, happened: ToolResult) -> list[str]:
        said, now = recorded.model_dump(), happened.model_dump()
        for field in IGNORED:
            self.normalised[field] += said.pop(field) != now.pop(field)
        blank = {
            name: blanked(value, self.normalised) if isinstance(value, str) else value
            for name, value in now.items()
        }
        return list(differences("", plain(said), blank))


def stopped(last: AnyEvent, turns: int) -> MlopsAgentError:
    """How a recorded run ended that none of its calls brought to an end, by its last event."""
    if isinstance(last, RunEnded) and last.outcome == "stopped":
        return LimitReachedError(last.why)
    if isinstance(last, RunEnded) and last.outcome == "declined":
        return DeclinedError(last.why)
    return DivergenceError(f"the recording ends after turn {turns} and the replayed run goes on")


def _check_playable(events: Sequence[AnyEvent]) -> None:
    """Refuse a recording whose results came from outside: from a caller, or from a crash."""
    for at, event in enumerate(events):
        if not isinstance(event, Resumed):
            continue
        if event.answers:
            raise BadInputError(
                "the recorded run was resumed with answers, which its first turns did not have",
                "record it again with the answers in the request",
            )
        again = {one.call for one in events[at:] if isinstance(one, CallStarted)}
        unknown = [call for call in event.lost if call not in again]
        if unknown:
            raise BadInputError(
                f"the recorded run lost the outcome of {', '.join(unknown)} in a crash",
                "such a run can be read and checked, not played back",
            )
