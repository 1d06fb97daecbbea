"""The protocol between a driver and the loop: a driver sees what happened and says what is next.

A driver is a function of the history. It keeps nothing that the history does not hold, so a run
that was cut off goes on by handing the journal's history to a new driver.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from mlops_agent.contracts.journal import ToolCall, ToolResult
from mlops_agent.contracts.model import Prompt, Reply
from mlops_agent.contracts.request import Request
from mlops_agent.contracts.routing import Routing
from mlops_agent.tools.survey import Survey

Routes = Literal["nothing", "uncertain", "all"]
"""What a driver judges of whose work a request is: only what is uncertain, or all of it."""


@dataclass(frozen=True, slots=True)
class ToolNote:
    """A tool as a driver is told of it; `schema` is the JSON Schema of its input."""

    name: str
    text: str
    schema: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Briefing:
    """What there is to know before the first turn. `tools` are sorted by name.

    `prompt` is what a model was told in earlier sittings of the run; `blank` takes the secrets out
    of a text that leaves the machine. `routing` says whose work the request is, None where the
    driver judges that itself; what it gives to others has its packets already.
    """

    request: Request
    survey: Survey
    tools: tuple[ToolNote, ...]
    prompt: Prompt | None = None
    blank: Callable[[str], str] = str
    routing: Routing | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One decision: what the driver says, and the calls it wants made, in order.

    `reply` is the model's own, where a model decided; `prompt` comes with the first of them.
    `waits` marks a turn that makes no call because it is not over yet.
    """

    text: str
    calls: tuple[ToolCall, ...]
    reply: Reply | None = None
    prompt: Prompt | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """A turn and what its calls came to, in call order."""

    turn: Turn
    results: tuple[ToolResult, ...]


class Driver(Protocol):
    """Decides the next turn of a run."""

    @property
    def name(self) -> str:
        """The word that `--driver` takes for it."""
        ...

    @property
    def routes(self) -> Routes:
        """How much of whose work a request is the driver judges itself; the rest is computed."""
        ...

    def begin(self, briefing: Briefing) -> None:
        """Hear what there is to know; called once before the first `decide` of a sitting."""
        ...

    def decide(self, history: Sequence[Exchange]) -> Turn:
        """Return the next turn, given all that happened so far (oldest first).

        A turn without calls does nothing; three in a row end the run. Raises MlopsAgentError
        where the driver itself cannot go on.
        """
        ...

    def finish(self, history: Sequence[Exchange]) -> str:
        """Hear the whole history of a run that ended by one of the driver's calls.

        Returns what the driver has to say about it in one line, or nothing.
        """
        ...
