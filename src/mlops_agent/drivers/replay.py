"""The driver that plays a recorded run back: the same turns, the tools run anew, results compared.

Strict: each result has to be the recorded one but for the fields listed here, whose uses are
counted. The first difference ends the replay, named field by field.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mlops_agent.contracts.journal import AnyEvent, RunStarted, ToolResult
from mlops_agent.drivers.base import Briefing, Exchange, Turn
from mlops_agent.drivers.recording import recorded_exchanges
from mlops_agent.drivers.volatile import blanked
from mlops_agent.errors import BadInputError

IGNORED = ("seconds", "output_sha256")
"""Fields of a result that differ from run to run."""


class DivergenceError(BadInputError):
    """The replayed run is not the recorded one; the message names the first difference."""


class ReplayDriver:
    """Plays the turns of a journal.

    Args:
        events: the recorded journal, verified.

    `normalised` counts what was blanked out before comparing, by kind.
    """

    name = "replay"

    def __init__(self, events: Sequence[AnyEvent]) -> None:
        first = events[0] if events else None
        if not isinstance(first, RunStarted):
            raise BadInputError("the journal to replay does not begin with the start of a run")
        self.started = first
        self._recorded = recorded_exchanges(events)
        self._compared = 0
        self.normalised: Counter[str] = Counter()

    def begin(self, briefing: Briefing) -> None:
        """The recording holds what was known."""

    def decide(self, history: Sequence[Exchange]) -> Turn:
        """The recorded turn that comes next.

        Raises DivergenceError when what happened is not what was recorded.
        """
        for number in range(self._compared, len(history)):
            self._compare(number + 1, self._recorded[number], history[number])
            self._compared += 1
        if len(history) >= len(self._recorded):
            raise DivergenceError(
                f"the recording ends after turn {len(history)} and the replayed run goes on"
            )
        return self._recorded[len(history)].turn

    def finish(self, history: Sequence[Exchange]) -> str:
        """Compare what is left once the run has ended; raises DivergenceError as `decide`.

        Returns how many turns were compared, and what was blanked out how often.
        """
        for number in range(self._compared, len(history)):
            self._compare(number + 1, self._recorded[number], history[number])
            self._compared += 1
        if len(history) < len(self._recorded):
            raise DivergenceError(
                f"the replayed run ended after turn {len(history)}, the recorded one went on"
            )
        blanked = ", ".join(f"{kind} {n}" for kind, n in sorted(self.normalised.items()) if n)
        return f"replayed {len(history)} turns as recorded; blanked out: {blanked or 'nothing'}"

    def _compare(self, turn: int, recorded: Exchange, happened: Exchange) -> None:
        if len(recorded.results) != len(happened.results):
            raise DivergenceError(
                f"turn {turn}: {len(happened.results)} results, recorded {len(recorded.results)}"
            )
        for one, other in zip(recorded.results, happened.results, strict=True):
            differences = self._differences(one, other)
            if differences:
                raise DivergenceError(
                    f"turn {turn}, call {one.call} ({one.tool}) differs: " + "; ".join(differences)
                )

    def _differences(self, recorded: ToolResult, happened: ToolResult) -> list[str]:
        said, now = recorded.model_dump(), happened.model_dump()
        found: list[str] = []
        for field in said:
            if field in IGNORED:
                self.normalised[field] += said[field] != now[field]
                continue
            before, after = self._plain(said[field]), self._plain(now[field])
            if before != after:
                found.append(f"{field}: recorded {_where(before, after)}")
        return found

    def _plain(self, value: object) -> object:
        if not isinstance(value, str):
            return value
        return blanked(value, self.normalised)


def _where(recorded: object, happened: object) -> str:
    """Both values, cut to the first line in which they differ."""
    if not (isinstance(recorded, str) and isinstance(happened, str)):
        return f"{recorded!r}, now {happened!r}"
    one, other = recorded.split("\n"), happened.split("\n")
    for number, (before, after) in enumerate(zip(one, other, strict=False), start=1):
        if before != after:
            return f"line {number} {before[:160]!r}, now {after[:160]!r}"
    return f"{len(one)} lines, now {len(other)}"
