"""The two lines at the foot of a terminal while a run works: what it does, and what it took.

Told lines scroll above it. It leaves nothing behind, and is refreshed a few times a second however
fast events come.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from mlops_agent.cli.run_stages import RunStage, stage_after
from mlops_agent.cli.surroundings import visible
from mlops_agent.contracts.progress import Acted, Acting, AnyProgress, Began, Decided

REFRESHES_A_SECOND = 4
# Plain ASCII: a terminal need not know more.
_SPINNER = "|/-\\"


@dataclass(slots=True)
class Doing:
    """What is known of a run at this moment; `running` maps calls to the tool and its words."""

    stage: RunStage = "mapping"
    running: dict[str, str] = field(default_factory=dict[str, str])
    turn: int = 0
    tokens: tuple[int, int] | None = None
    usd: float | None = None
    max_usd: float | None = None

    def hear(self, event: AnyProgress) -> None:
        """Take over what an event tells."""
        match event:
            case Began():
                self.max_usd = event.max_usd
            case Decided():
                self.turn, self.usd = event.turn, event.usd
                if event.input_tokens is not None and event.output_tokens is not None:
                    self.tokens = event.input_tokens, event.output_tokens
            case Acting():
                self.stage = stage_after(self.stage, event.tool)
                self.running[event.call] = visible(f"{event.tool} {event.text}".strip())
            case Acted():
                self.running.pop(event.call, None)
            case _:
                pass

    def now(self) -> str:
        """The stage, and the calls that are running or that the driver is deciding."""
        return f"{self.stage}: {', '.join(self.running.values()) or 'deciding'}"

    def taken(self, seconds: float) -> list[str]:
        """What the run took, the most telling part first."""
        minutes, rest = divmod(int(seconds), 60)
        parts = [f"{minutes}:{rest:02d}", f"turn {self.turn}"]
        if self.usd is not None:
            limit = "" if self.max_usd is None else f" of {self.max_usd:.2f}"
            parts.append(f"{self.usd:.2f}{limit} USD")
        if self.tokens is not None:
            parts.append(f"{_short(self.tokens[0])} tokens in, {_short(self.tokens[1])} out")
        return parts


class LiveView:
    """Shows a run on a terminal until `stop`."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._doing = Doing()
        self._started = time.monotonic()
        self._live = Live(
            self,
            console=console,
            refresh_per_second=REFRESHES_A_SECOND,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start()

    def hear(self, event: AnyProgress) -> None:
        """Take over what an event tells; it shows with the next refresh."""
        self._doing.hear(event)

    def say(self, line: str, *, whole: bool) -> None:
        """Let a line scroll by above, cut to the terminal's width unless it is wanted whole."""
        self._console.print(Text(line), no_wrap=not whole, overflow="fold" if whole else "ellipsis")

    def stop(self) -> None:
        """Take the view away; twice is fine."""
        self._live.stop()

    def __rich__(self) -> RenderableType:
        """The two lines as they are at this moment."""
        seconds = time.monotonic() - self._started
        spinner = _SPINNER[int(seconds * REFRESHES_A_SECOND) % len(_SPINNER)]
        now = Text(f"{spinner} {self._doing.now()}", no_wrap=True, overflow="ellipsis")
        now.stylize("bold cyan", 0, len(spinner) + 1 + len(self._doing.stage))
        room = self._console.width - 2
        return Group(now, Text(f"  {_fitting(self._doing.taken(seconds), room)}", style="dim"))


def _fitting(parts: list[str], room: int) -> str:
    """As many of the parts, from the first, as there is room for."""
    text = ""
    for part in parts:
        longer = f"{text}, {part}" if text else part
        if len(longer) > room:
            break
        text = longer
    return text


def _short(count: int) -> str:
    return str(count) if count < 1000 else f"{count / 1000:.1f}k"
